// Attention of the chunks of prompts, for Hopper's matrix units (sm_90a, wgmma): a block takes up to
// ROWS neighbouring queries of a sequence for one head, and goes over the sequence's cells from the
// first on, KEYS of them at a time, with an online softmax ("FlashAttention-3", Shah et al. 2024).
//
// The work is a list of tiles, made on the host once a step and shared by all layers; 4 ints each:
//     row       first row of q and out
//     rows      1 to ROWS
//     cell      first cell of the sequence
//     position  of the first row in the sequence: row r of the tile sees position + r + 1 cells
//
// What a row gives does not depend on the tile it is in: keys always come in the same portions from
// the sequence's first cell on, and one that a row does not see changes nothing, not a bit.
//
// A block has three warpgroups. The first copies keys and values to shared memory, two portions ahead;
// each of the others multiplies for ROWS / 2 rows, its softmax while its products with the values of the
// portion before run, and while the other one multiplies.

#define ROWS 128
#define KEYS 128
#define STAGES 2
#define GROUP 128             // threads of a warpgroup
#define GROUP_ROWS 64         // rows of a warpgroup's product
#define TILE_INTS 4
#define QUERIES (HEADS / KV_HEADS)

// Heads whose tiles come side by side, the longest first: few enough that their keys and values stay in
// L2, and enough that what comes last is short.
#define HEADS_AT_ONCE (HEADS % 8 == 0 ? 8 : HEADS % 4 == 0 ? 4 : HEADS % 2 == 0 ? 2 : 1)

// Rows of 64 elements, 128 bytes, lie side by side; heads of more take several such blocks. Its 16-byte
// vectors are permuted as the matrix units read them: vector v of row r at place v ^ (r % 8).
#define BLOCK_WIDTH 64
#define ROW_BYTES 128
#define VECTORS (HEAD_SIZE / 8)
#define BLOCKS ((HEAD_SIZE + BLOCK_WIDTH - 1) / BLOCK_WIDTH)
#define MAIN (HEAD_SIZE / BLOCK_WIDTH * BLOCK_WIDTH)  // columns of whole blocks
#define TAIL (HEAD_SIZE % BLOCK_WIDTH)
#define PORTION_BYTES (BLOCKS * KEYS * ROW_BYTES)
#define QUERY_BYTES (BLOCKS * ROWS * ROW_BYTES)
#define ALIGNMENT 1024

static_assert(ELEM_BF16, "wgmma takes half precision");
static_assert(HEAD_SIZE == 64 || HEAD_SIZE == 80 || HEAD_SIZE == 96 || HEAD_SIZE == 128,
              "products are written out for these widths");

#define LOWEST -1.0e30f

// 2^x; what is smaller than a normal float is 0.
__device__ __forceinline__ float power_of_two(float x) {
    float result;
    asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(result) : "f"(x));
    return result;
}

// ---- barriers in shared memory ------------------------------------------------------------------

__device__ __forceinline__ void barrier_begin(uint32 barrier, int arrivals) {
    asm volatile("mbarrier.init.shared::cta.b64 [%0], %1;" ::"r"(barrier), "r"(arrivals) : "memory");
}

__device__ __forceinline__ void barrier_arrive(uint32 barrier) {
    asm volatile("mbarrier.arrive.shared::cta.b64 _, [%0];" ::"r"(barrier) : "memory");
}

__device__ __forceinline__ bool barrier_has_passed(uint32 barrier, int parity) {
    uint32 passed;
    asm volatile(
        "{\n"
        ".reg .pred p;\n"
        "mbarrier.test_wait.parity.shared::cta.b64 p, [%1], %2;\n"
        "selp.u32 %0, 1, 0, p;\n"
        "}"
        : "=r"(passed)
        : "r"(barrier), "r"(parity)
        : "memory");
    return passed != 0;
}

__device__ __forceinline__ void barrier_wait(uint32 barrier, int parity) {
    uint32 passed = 0;
    while (passed == 0) {
        asm volatile(
            "{\n"
            ".reg .pred p;\n"
            "mbarrier.try_wait.parity.shared::cta.b64 p, [%1], %2;\n"
            "selp.u32 %0, 1, 0, p;\n"
            "}"
            : "=r"(passed)
            : "r"(barrier), "r"(parity)
            : "memory");
    }
}

// All threads of this warpgroup; `group` is 1 or more, the block's own barrier being 0.
__device__ __forceinline__ void group_sync(int group) {
    asm volatile("bar.sync %0, %1;" ::"r"(group), "n"(GROUP) : "memory");
}

// ---- products of a warpgroup --------------------------------------------------------------------

// S = (or +=) 16 columns of q times 16 of each of 128 keys.
__device__ __forceinline__ void multiply_keys(float (&s)[64], uint64 q, uint64 k, int add) {
    asm volatile(
        "{\n"
        ".reg .pred p;\n"
        "setp.ne.b32 p, %66, 0;\n"
        "wgmma.mma_async.sync.aligned.m64n128k16.f32.bf16.bf16 {" NAMES_64
        "}, %64, %65, p, 1, 1, 0, 0;\n"
        "}"
        : F64(s)
        : "l"(q), "l"(k), "r"(add));
}

// O += the weights of 16 keys times N columns of their values.
#define VALUES(N, LIST, REGISTERS, COUNT, A0, A1, A2, A3, B)                                       \
    __device__ __forceinline__ void multiply_values(float (&o)[COUNT], const uint32* p, uint64 v) { \
        asm volatile("wgmma.mma_async.sync.aligned.m64n" #N "k16.f32.bf16.bf16 {" LIST "}, {" A0    \
                     ", " A1 ", " A2 ", " A3 "}, " B ", 1, 1, 1, 1;"                                \
                     : REGISTERS                                                                    \
                     : "r"(p[0]), "r"(p[1]), "r"(p[2]), "r"(p[3]), "l"(v));                         \
    }
VALUES(128, NAMES_64, F64(o), 64, "%64", "%65", "%66", "%67", "%68")
VALUES(64, NAMES_32, F32(o, 0), 32, "%32", "%33", "%34", "%35", "%36")
VALUES(32, NAMES_16, F16(o, 0), 16, "%16", "%17", "%18", "%19", "%20")
VALUES(16, NAMES_8, F8(o), 8, "%8", "%9", "%10", "%11", "%12")

// ---- shared memory ------------------------------------------------------------------------------

__device__ __forceinline__ uint32 place(uint32 base, int rows, int row, int vector) {
    return base + (vector / 8) * rows * ROW_BYTES + row * ROW_BYTES + ((vector % 8) ^ (row % 8)) * 16;
}

__device__ __forceinline__ void fetch16(uint32 to, const elem* from, bool valid) {
    asm volatile("cp.async.cg.shared.global.L2::128B [%0], [%1], 16, %2;" ::"r"(to), "l"(from),
                 "r"(valid ? 16 : 0)
                 : "memory");
}

// Vector `thread % VECTORS` of every PASS-th of ROW_COUNT rows that lie `stride` apart, by PASS * VECTORS
// of a warpgroup's threads; rows from `valid` on as zeros. `lie` is how many rows the place has.
#define PASS (VECTORS <= 8 ? 16 : 8)

template <int ROW_COUNT>
__device__ __forceinline__ void fetch_rows(uint32 to, int lie, const elem* from, long stride,
                                           int valid) {
    int thread = threadIdx.x % GROUP;
    int row = thread / VECTORS;
    int vector = thread % VECTORS;
    if (row >= PASS) {
        return;
    }
    uint32 slot = place(to, lie, row, vector);
    const elem* at = from + vector * 8;
    if (valid >= ROW_COUNT) {
        at += row * stride;
#pragma unroll
        for (int i = 0; i < ROW_COUNT / PASS; i++) {
            fetch16(slot + i * PASS * ROW_BYTES, at, true);
            at += PASS * stride;
        }
        return;
    }
#pragma unroll 1
    for (int i = 0; i < ROW_COUNT / PASS; i++) {
        int here = row + i * PASS;
        bool is_valid = here < valid;
        fetch16(slot + i * PASS * ROW_BYTES, at + (is_valid ? here : 0) * stride, is_valid);
    }
}

struct Shared {
    uint32 queries;
    uint32 keys;    // STAGES portions
    uint32 values;  // STAGES portions
    uint32 barriers;

    // Of a portion that has come, and of one that has been used: 2 * STAGES each, keys and values in turn.
    __device__ __forceinline__ uint32 full(int at) const { return barriers + at * 8; }
    __device__ __forceinline__ uint32 empty(int at) const { return barriers + (2 * STAGES + at) * 8; }
};

__device__ __forceinline__ Shared lay_out(uint32 base) {
    uint32 queries = (base + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    uint32 keys = queries + QUERY_BYTES;
    uint32 values = keys + STAGES * PORTION_BYTES;
    return {queries, keys, values, values + STAGES * PORTION_BYTES};
}

// ---- the warpgroup that copies ------------------------------------------------------------------

struct Copier {
    const Shared& shared;
    int issued;
    int shown;

    // Says so of copies that have come, all but the last `pending`.
    template <int PENDING>
    __device__ __forceinline__ void show() {
        copies_wait<PENDING>();
        show_to_matrix_units();
        while (shown < issued - PENDING) {
            barrier_arrive(shared.full(shown % (2 * STAGES)));
            shown++;
        }
    }

    __device__ __forceinline__ void copy(uint32 to, const elem* from, long stride, int valid) {
        int at = issued % (2 * STAGES);
        int round = issued / (2 * STAGES);
        if (round > 0) {
            int parity = (round - 1) % 2;
            if (!barrier_has_passed(shared.empty(at), parity)) {
                show<0>();
                barrier_wait(shared.empty(at), parity);
            }
        }
        fetch_rows<KEYS>(to, KEYS, from, stride, valid);
        copies_commit();
        issued++;
        show<2>();
    }
};

// ---- a warpgroup that multiplies ----------------------------------------------------------------

// Lane = 4 * octet + quad; a thread has rows `octet` and `octet + 8` of its warp's 16, and of each 8
// columns 2 quad and 2 quad + 1: of registers 4 i ... 4 i + 3 the first two are of the first row.
struct Multiplier {
    const Shared& shared;
    int group;     // 0 or 1
    int position;  // of this thread's first row
    float scale;
    float top[2];
    float sum[2];
    float shrink[2];
    uint32 weights[KEYS / 4];
    float main[MAIN / 2];
#if TAIL
    float tail[TAIL / 2];
#endif

    __device__ __forceinline__ void begin(const elem* q, long stride, int rows) {
        int first = group * GROUP_ROWS;
        fetch_rows<GROUP_ROWS>(shared.queries + first * ROW_BYTES, ROWS, q + first * stride, stride,
                               rows - first);
        copies_commit();
        top[0] = top[1] = LOWEST;
        sum[0] = sum[1] = 0.0f;
#pragma unroll
        for (int i = 0; i < MAIN / 2; i++) {
            main[i] = 0.0f;
        }
#if TAIL
#pragma unroll
        for (int i = 0; i < TAIL / 2; i++) {
            tail[i] = 0.0f;
        }
#endif
        copies_wait<0>();
        show_to_matrix_units();
        group_sync(1 + group);
    }

    __device__ __forceinline__ void put_keys(float (&s)[KEYS / 2], int stage) {
        uint32 q = shared.queries + group * GROUP_ROWS * ROW_BYTES;
        uint32 k = shared.keys + stage * PORTION_BYTES;
        pin(s);
        products_begin();
#pragma unroll
        for (int i = 0; i < HEAD_SIZE / 16; i++) {
            uint32 column = (i % 4) * 32;
            multiply_keys(s, operand(q + (i / 4) * ROWS * ROW_BYTES + column, 16),
                          operand(k + (i / 4) * KEYS * ROW_BYTES + column, 16), i > 0);
        }
        products_commit();
    }

    __device__ __forceinline__ void put_values(int stage) {
        uint32 v = shared.values + stage * PORTION_BYTES;
        pin(main);
#if TAIL
        pin(tail);
#endif
        products_begin();
#pragma unroll
        for (int i = 0; i < KEYS / 16; i++) {
            uint32 row = v + i * 16 * ROW_BYTES;
            multiply_values(main, weights + 4 * i, operand(row, KEYS * ROW_BYTES));
#if TAIL
            multiply_values(tail, weights + 4 * i,
                            operand(row + MAIN / BLOCK_WIDTH * KEYS * ROW_BYTES, KEYS * ROW_BYTES));
#endif
        }
        products_commit();
    }

    // Hides keys that a row does not see; `first` is the number of the first key.
    __device__ __forceinline__ void hide(float (&s)[KEYS / 2], int first) {
        int seen = position - first - 2 * (threadIdx.x % 4);
#pragma unroll
        for (int i = 0; i < KEYS / 2; i++) {
            int column = (i / 4) * 8 + i % 2;
            s[i] = column <= seen + (i % 4 / 2) * 8 ? s[i] : LOWEST;
        }
    }

    // From scores to weights.
    __device__ __forceinline__ void soften(float (&s)[KEYS / 2]) {
#pragma unroll
        for (int r = 0; r < 2; r++) {
            float best = s[2 * r];
#pragma unroll
            for (int i = 0; i < KEYS / 8; i++) {
                best = fmaxf(best, fmaxf(s[4 * i + 2 * r], s[4 * i + 2 * r + 1]));
            }
            best = fmaxf(best, __shfl_xor_sync(FULL_WARP, best, 1));
            best = fmaxf(best, __shfl_xor_sync(FULL_WARP, best, 2));
            float next = fmaxf(top[r], best);
            shrink[r] = power_of_two((top[r] - next) * scale);
            top[r] = next;
            float scaled = next * scale;
            float part = 0.0f;
#pragma unroll
            for (int i = 0; i < KEYS / 8; i++) {
                float& a = s[4 * i + 2 * r];
                float& b = s[4 * i + 2 * r + 1];
                a = power_of_two(fmaf(a, scale, -scaled));
                b = power_of_two(fmaf(b, scale, -scaled));
                part += a + b;
            }
            sum[r] = sum[r] * shrink[r] + part;
        }
    }

    __device__ __forceinline__ void take_weights(const float (&s)[KEYS / 2]) {
#pragma unroll
        for (int i = 0; i < KEYS / 4; i++) {
            weights[i] = pack_pair(s[2 * i], s[2 * i + 1]);
        }
    }

    __device__ __forceinline__ void shrink_output() {
#pragma unroll
        for (int i = 0; i < MAIN / 2; i++) {
            main[i] *= shrink[i % 4 / 2];
        }
#if TAIL
#pragma unroll
        for (int i = 0; i < TAIL / 2; i++) {
            tail[i] *= shrink[i % 4 / 2];
        }
#endif
    }

    __device__ __forceinline__ void wait_full(int portion, int kind) {
        int at = portion % STAGES * 2 + kind;
        barrier_wait(shared.full(at), portion / STAGES % 2);
    }

    __device__ __forceinline__ void give_back(int portion, int kind) {
        if (threadIdx.x % GROUP == 0) {
            barrier_arrive(shared.empty(portion % STAGES * 2 + kind));
        }
    }

    // The products of the portion before with its values run beside this one's softmax.
    template <bool HIDING>
    __device__ __forceinline__ void run(float (&s)[KEYS / 2], int portion) {
        wait_full(portion, 0);
        put_keys(s, portion % STAGES);
        wait_full(portion - 1, 1);
        put_values((portion - 1) % STAGES);
        products_wait<1>();
        pin(s);
        give_back(portion, 0);
        if (HIDING) {
            hide(s, portion * KEYS);
        }
        soften(s);
        end_values(portion - 1);
        shrink_output();
        take_weights(s);
    }

    __device__ __forceinline__ void end_values(int portion) {
        products_wait<0>();
        pin(main);
#if TAIL
        pin(tail);
#endif
        give_back(portion, 1);
    }

    // `open` portions are seen by all rows of the group.
    __device__ __forceinline__ void run(int open, int portions) {
        float s[KEYS / 2];
        wait_full(0, 0);
        put_keys(s, 0);
        products_wait<0>();
        pin(s);
        give_back(0, 0);
        if (open == 0) {
            hide(s, 0);
        }
        soften(s);
        take_weights(s);
        int portion = 1;
        for (; portion < open; portion++) {
            run<false>(s, portion);
        }
        for (; portion < portions; portion++) {
            run<true>(s, portion);
        }
        wait_full(portions - 1, 1);
        put_values((portions - 1) % STAGES);
        end_values(portions - 1);
    }

    template <int N>
    __device__ __forceinline__ void put_columns(const float (&o)[N], int first, int row) {
        int quad = threadIdx.x % 4;
#pragma unroll
        for (int i = 0; i < N / 4; i++) {
#pragma unroll
            for (int r = 0; r < 2; r++) {
                float scale = 1.0f / sum[r];
                uint32 pair = pack_pair(o[4 * i + 2 * r] * scale, o[4 * i + 2 * r + 1] * scale);
                uint32 to = place(shared.queries, ROWS, row + 8 * r, first / 8 + i) + quad * 4;
                asm volatile("st.shared.b32 [%0], %1;" ::"r"(to), "r"(pair) : "memory");
            }
        }
    }

    // Through the place of the queries, whose permuted rows make both accesses free of conflicts.
    __device__ __forceinline__ void put(elem* out, int rows) {
#pragma unroll
        for (int r = 0; r < 2; r++) {
            sum[r] += __shfl_xor_sync(FULL_WARP, sum[r], 1);
            sum[r] += __shfl_xor_sync(FULL_WARP, sum[r], 2);
        }
        int warp = threadIdx.x % GROUP / WARP;
        int lane = threadIdx.x % WARP;
        int first = group * GROUP_ROWS + warp * 16;
        group_sync(1 + group);
        put_columns(main, 0, first + lane / 4);
#if TAIL
        put_columns(tail, MAIN, first + lane / 4);
#endif
        __syncwarp();
#pragma unroll
        for (int i = lane; i < 16 * VECTORS; i += WARP) {
            int row = first + i / VECTORS;
            int vector = i % VECTORS;
            if (row < rows) {
                uint4 raw;
                asm volatile("ld.shared.v4.b32 {%0, %1, %2, %3}, [%4];"
                             : "=r"(raw.x), "=r"(raw.y), "=r"(raw.z), "=r"(raw.w)
                             : "r"(place(shared.queries, ROWS, row, vector)));
                *reinterpret_cast<uint4*>(out + (long)row * HEADS * HEAD_SIZE + vector * 8) = raw;
            }
        }
    }
};

// out[row][head] = softmax(scale * q K') V over the cells that the row sees. `scale_log2` is
// scale * log2(e). q: row r's heads at q + r * q_stride. Arena as in attention.cu.
//
// Grid (tiles * HEADS), in any order of tiles, best the longest first. Block 384. Dynamic shared memory in bytes: ceil(HEAD_SIZE / 64) * 128 * (ROWS + 2 * STAGES * KEYS) +
// 8 * 4 * STAGES + 1,024.
extern "C" __global__ void __launch_bounds__(3 * GROUP, 1)
prompt_attention(const elem* q, long q_stride, const elem* arena, long cell_stride, long k_offset,
                 long v_offset, const int* tiles, int tile_count, float scale_log2, elem* out) {
    extern __shared__ char memory[];
    Shared shared = lay_out(shared_address(memory));
    int role = threadIdx.x / GROUP;
    int in_turn = tile_count * HEADS_AT_ONCE;
    int place_in_turn = blockIdx.x % in_turn;
    int head = blockIdx.x / in_turn * HEADS_AT_ONCE + place_in_turn % HEADS_AT_ONCE;
    int number = place_in_turn / HEADS_AT_ONCE;
    let_next_begin();
    wait_for_previous();
    int4 tile = *reinterpret_cast<const int4*>(tiles + (long)number * TILE_INTS);
    int rows = tile.y;
    int seen = tile.w + rows;
    int portions = (seen + KEYS - 1) / KEYS;
    int groups = rows > GROUP_ROWS ? 2 : 1;
    if (threadIdx.x == 0) {
#pragma unroll
        for (int i = 0; i < 2 * STAGES; i++) {
            barrier_begin(shared.full(i), GROUP);
            barrier_begin(shared.empty(i), groups);
        }
        asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory");
    }
    __syncthreads();
    if (role == 0) {
        asm volatile("setmaxnreg.dec.sync.aligned.u32 40;");
        const elem* base = arena + tile.z * cell_stride + (long)(head / QUERIES) * HEAD_SIZE;
        Copier copier = {shared, 0, 0};
        for (int portion = 0; portion < portions; portion++) {
            long first = (long)portion * KEYS;
            int stage = portion % STAGES;
            const elem* from = base + first * cell_stride;
            copier.copy(shared.keys + stage * PORTION_BYTES, from + k_offset, cell_stride,
                        seen - (int)first);
            copier.copy(shared.values + stage * PORTION_BYTES, from + v_offset, cell_stride,
                        seen - (int)first);
        }
        copier.show<0>();
    } else {
        asm volatile("setmaxnreg.inc.sync.aligned.u32 232;");
        int group = role - 1;
        if (group < groups) {
            int warp = threadIdx.x % GROUP / WARP;
            int first_row = group * GROUP_ROWS + warp * 16 + threadIdx.x % WARP / 4;
            // The last portion may have nothing for the first half of the rows.
            int last_row = min(rows, (group + 1) * GROUP_ROWS) - 1;
            Multiplier multiplier = {shared, group, tile.w + first_row, scale_log2};
            multiplier.begin(q + tile.x * q_stride + (long)head * HEAD_SIZE, q_stride, rows);
            multiplier.run((tile.w + group * GROUP_ROWS + 1) / KEYS, (tile.w + last_row) / KEYS + 1);
            multiplier.put(out + ((long)tile.x * HEADS + head) * HEAD_SIZE, rows);
        }
    }
}
