// Attention of single query tokens over contiguous runs of arena cells, for sm_90 and bf16: the keys and
// values of a block's items come as one stream that does not stop between items.
//
// Items are those of decode_attention (8 ints: row, cell, tokens, ordinal, pieces, settled, 0, 0), with
// these differences. Block row b of the grid does the items spans[b] ... spans[b + 1] - 1; surplus block
// rows have equal bounds. A row may be cut anywhere; a row's pieces stand side by side in the list.
// No kernel of the step may write items or spans: they are read before the kernel before has finished.
//
// All blocks run at once and the longest span counts. So, with block rows Y = multiprocessors * resident
// blocks / groups, rows are laid end to end and each span takes max(ceil(tokens / Y), ceil(tokens left /
// spans left)) tokens, or up to a sixteenth more where that ends a row: a cut row costs more.
//
// A block has a warp for each of GROUP_HEADS neighbouring KV heads, and one that fetches: a stage of the
// ring is TILE tokens of all the group's heads, each token's K and V being one bulk copy. Warps meet
// only at the ring's barriers: each writes its heads' results itself.

#ifndef GROUP_HEADS
#define GROUP_HEADS (KV_HEADS < 8 ? KV_HEADS : 8)
#endif
#ifndef STAGES
#define STAGES 3
#endif
// 1: the kernel after may begin at once; 0: when this block has asked for its last bytes.
#ifndef EARLY
#define EARLY 0
#endif
// 1: only fetches; for measuring what the layout allows.
#ifndef STREAM_ONLY
#define STREAM_ONLY 0
#endif

#define QUERIES (HEADS / KV_HEADS)
#define TILE 16
#define ITEM_INTS 8
#define LOWEST -1.0e30f

static_assert(HEADS % KV_HEADS == 0 && QUERIES <= 8, "1 to 8 query heads a KV head");
static_assert(KV_HEADS % GROUP_HEADS == 0, "groups are full");

#if ELEM_BF16 && __CUDA_ARCH__ >= 900
static_assert(HEAD_SIZE % 16 == 0, "head size is a multiple of 16");

#define K_VECTORS (HEAD_SIZE / 32)
#define K_TAIL (HEAD_SIZE % 32 != 0)
#define V_VECTORS (HEAD_SIZE / 64)
#define V_TAIL4 (HEAD_SIZE % 64 >= 32)
#define V_TAIL2 (HEAD_SIZE % 32 != 0)
#define V_TAIL4_AT (V_VECTORS * 64)
#define V_TAIL2_AT (V_TAIL4_AT + V_TAIL4 * 32)
#define D_TILES (HEAD_SIZE / 16)

#define TOKEN_BYTES (GROUP_HEADS * HEAD_SIZE * 2)
// Distances of tokens in a stage. The remainders by 128 keep the 8 lanes of a quarter warp off each
// other's banks: K is read by 2 tokens x 64 bytes, V by 4 even tokens x 32 bytes.
#define K_STRIDE ((TOKEN_BYTES + 127) / 128 * 128 + 64)
#define V_STRIDE ((TOKEN_BYTES + 127) / 128 * 128 + 16)
#define V_AT (TILE * K_STRIDE)
#define STAGE_BYTES (TILE * (K_STRIDE + V_STRIDE))

struct Piece {
    int row;
    int cell;
    int tokens;
    int ordinal;
    int pieces;
    int settled;
};

__device__ __forceinline__ Piece read_piece(const int* items, int index) {
    int4 a = *reinterpret_cast<const int4*>(items + (long)index * ITEM_INTS);
    int2 b = *reinterpret_cast<const int2*>(items + (long)index * ITEM_INTS + 4);
    return {a.x, a.y, a.z, a.w, b.x, b.y};
}

// ---- barriers in shared memory -----------------------------------------------------------------

__device__ __forceinline__ void barrier_begin(uint64* barrier, int arrivals) {
    asm volatile("mbarrier.init.shared::cta.b64 [%0], %1;" ::"r"(shared_address(barrier)),
                 "r"(arrivals)
                 : "memory");
}

__device__ __forceinline__ void barrier_arrive(uint64* barrier) {
    asm volatile("mbarrier.arrive.shared::cta.b64 _, [%0];" ::"r"(shared_address(barrier))
                 : "memory");
}

__device__ __forceinline__ void barrier_expect(uint64* barrier, int bytes) {
    asm volatile("mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;" ::"r"(
                     shared_address(barrier)),
                 "r"(bytes)
                 : "memory");
}

// Waits for the end of the phase of this parity.
__device__ __forceinline__ void barrier_wait(uint64* barrier, uint32 parity) {
    uint32 address = shared_address(barrier);
    uint32 done = 0;
    while (!done) {
        asm volatile(
            "{\n"
            ".reg .pred p;\n"
            "mbarrier.try_wait.parity.shared::cta.b64 p, [%1], %2;\n"
            "selp.u32 %0, 1, 0, p;\n"
            "}\n"
            : "=r"(done)
            : "r"(address), "r"(parity)
            : "memory");
    }
}

__device__ __forceinline__ void copy_bulk(void* shared, const void* global, int bytes,
                                          uint64* barrier) {
    asm volatile(
        "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1], %2, [%3];" ::"r"(
            shared_address(shared)),
        "l"(global), "r"(bytes), "r"(shared_address(barrier))
        : "memory");
}

// A stage of the ring, and which time round.
struct Turn {
    int stage = 0;
    uint32 parity = 0;

    __device__ __forceinline__ void advance() {
        if (++stage == STAGES) {
            stage = 0;
            parity ^= 1;
        }
    }
};

// ---- the matrix products ------------------------------------------------------------------------

__device__ __forceinline__ void multiply(float* c, uint32 a0, uint32 a1, uint32 a2, uint32 a3,
                                         uint32 b0, uint32 b1) {
    asm volatile(
        "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, "
        "{%8, %9}, {%0, %1, %2, %3};"
        : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
        : "r"(a0), "r"(a1), "r"(a2), "r"(a3), "r"(b0), "r"(b1));
}

// The 8 x 8 matrix whose row `octet` has this lane's pair at columns 2 quad, transposed.
__device__ __forceinline__ uint32 transposed(uint32 pair) {
    uint32 result;
    asm volatile("movmatrix.sync.aligned.m8n8.trans.b16 %0, %1;" : "=r"(result) : "r"(pair));
    return result;
}

__device__ __forceinline__ uint32 lows(uint32 a, uint32 b) {
    return __byte_perm(a, b, 0x5410);
}

__device__ __forceinline__ uint32 highs(uint32 a, uint32 b) {
    return __byte_perm(a, b, 0x7632);
}

// Online softmax of a KV head's query heads, those at 2 quad and 2 quad + 1 in this lane. Scores are S =
// K q' with tokens as m and query heads as n; output O' = V' S with head elements as m. The order of a
// sum's terms is free: each lane reads 16 neighbouring bytes where the products ask for scattered ones.
// Lane = 4 * octet + quad. `sum` is of this lane's tokens alone.
struct Softmax {
    uint32 query[D_TILES][2];
    float top[2];
    float sum[2];
    float output[D_TILES][4];

    __device__ __forceinline__ void begin(const elem* q) {
        int octet = threadIdx.x % WARP / 4;
        int quad = threadIdx.x % 4;
        bool mine = octet < QUERIES;
        const elem* from = q + (mine ? octet : 0) * HEAD_SIZE;
#pragma unroll
        for (int i = 0; i < K_VECTORS; i++) {
            uint4 raw = mine ? read16(from + i * 32 + quad * 8) : make_uint4(0, 0, 0, 0);
            query[2 * i][0] = raw.x;
            query[2 * i][1] = raw.y;
            query[2 * i + 1][0] = raw.z;
            query[2 * i + 1][1] = raw.w;
        }
        if (K_TAIL) {
            uint2 raw = make_uint2(0, 0);
            if (mine) {
                raw = *reinterpret_cast<const uint2*>(from + K_VECTORS * 32 + quad * 4);
            }
            query[D_TILES - 1][0] = raw.x;
            query[D_TILES - 1][1] = raw.y;
        }
        top[0] = top[1] = LOWEST;
        sum[0] = sum[1] = 0.0f;
#pragma unroll
        for (int j = 0; j < D_TILES; j++) {
            output[j][0] = output[j][1] = output[j][2] = output[j][3] = 0.0f;
        }
    }

    // `slot` is the stage, at this head. What lies behind the `left` tokens is anything, NaN too.
    __device__ __forceinline__ void tile(const char* slot, int left, float scale) {
        int octet = threadIdx.x % WARP / 4;
        int quad = threadIdx.x % 4;
        const char* low = slot + octet * K_STRIDE;
        const char* high = low + 8 * K_STRIDE;
        float s[4] = {};
        float s_odd[4] = {};
#pragma unroll
        for (int i = 0; i < K_VECTORS; i++) {
            uint4 a = *reinterpret_cast<const uint4*>(low + i * 64 + quad * 16);
            uint4 b = *reinterpret_cast<const uint4*>(high + i * 64 + quad * 16);
            multiply(s, a.x, b.x, a.y, b.y, query[2 * i][0], query[2 * i][1]);
            multiply(s_odd, a.z, b.z, a.w, b.w, query[2 * i + 1][0], query[2 * i + 1][1]);
        }
        if (K_TAIL) {
            uint2 a = *reinterpret_cast<const uint2*>(low + K_VECTORS * 64 + quad * 8);
            uint2 b = *reinterpret_cast<const uint2*>(high + K_VECTORS * 64 + quad * 8);
            multiply(s, a.x, b.x, a.y, b.y, query[D_TILES - 1][0], query[D_TILES - 1][1]);
        }
#pragma unroll
        for (int k = 0; k < 4; k++) {
            bool valid = octet + (k / 2) * 8 < left;
            s[k] = valid ? (s[k] + s_odd[k]) * scale : LOWEST;
        }
        float best[2] = {fmaxf(s[0], s[2]), fmaxf(s[1], s[3])};
#pragma unroll
        for (int step = 4; step < WARP; step *= 2) {
            best[0] = fmaxf(best[0], __shfl_xor_sync(FULL_WARP, best[0], step));
            best[1] = fmaxf(best[1], __shfl_xor_sync(FULL_WARP, best[1], step));
        }
        if (__any_sync(FULL_WARP, best[0] > top[0] || best[1] > top[1])) {
            raise(best);
        }
#pragma unroll
        for (int k = 0; k < 4; k++) {
            s[k] = exp2f(s[k] - top[k % 2]);
            sum[k % 2] += s[k];
        }
        uint32 p0 = transposed(pack_pair(s[0], s[1]));
        uint32 p1 = transposed(pack_pair(s[2], s[3]));
        if (left >= TILE) {
            add_values<true>(slot + V_AT, left, p0, p1);
        } else {
            add_values<false>(slot + V_AT, left, p0, p1);
        }
    }

    __device__ __forceinline__ void raise(const float* best) {
#pragma unroll
        for (int h = 0; h < 2; h++) {
            float next = fmaxf(top[h], best[h]);
            float shrink = exp2f(top[h] - next);
            top[h] = next;
            sum[h] *= shrink;
#pragma unroll
            for (int j = 0; j < D_TILES; j++) {
                output[j][h] *= shrink;
                output[j][h + 2] *= shrink;
            }
        }
    }

    // Slots of tokens 2 quad, 2 quad + 1, 2 quad + 8, 2 quad + 9; beyond the run: zeros.
    template <bool FULL, typename Vector>
    __device__ __forceinline__ static void read_values(const char* values, int left, int at,
                                                       Vector* v) {
        int quad = threadIdx.x % 4;
#pragma unroll
        for (int r = 0; r < 4; r++) {
            int token = 2 * quad + r % 2 + 8 * (r / 2);
            v[r] = *reinterpret_cast<const Vector*>(values + token * V_STRIDE + at);
            if (!FULL && token >= left) {
                v[r] = Vector{};
            }
        }
    }

    template <bool FULL>
    __device__ __forceinline__ void add_values(const char* values, int left, uint32 p0, uint32 p1) {
        int octet = threadIdx.x % WARP / 4;
#pragma unroll
        for (int i = 0; i < V_VECTORS; i++) {
            uint4 v[4];
            read_values<FULL>(values, left, i * 128 + octet * 16, v);
            add_pair(4 * i, v[0].x, v[1].x, v[2].x, v[3].x, p0, p1);
            add_pair(4 * i + 1, v[0].y, v[1].y, v[2].y, v[3].y, p0, p1);
            add_pair(4 * i + 2, v[0].z, v[1].z, v[2].z, v[3].z, p0, p1);
            add_pair(4 * i + 3, v[0].w, v[1].w, v[2].w, v[3].w, p0, p1);
        }
        if (V_TAIL4) {
            uint2 v[4];
            read_values<FULL>(values, left, V_TAIL4_AT * 2 + octet * 8, v);
            add_pair(4 * V_VECTORS, v[0].x, v[1].x, v[2].x, v[3].x, p0, p1);
            add_pair(4 * V_VECTORS + V_TAIL4, v[0].y, v[1].y, v[2].y, v[3].y, p0, p1);
        }
        if (V_TAIL2) {
            uint32 v[4];
            read_values<FULL>(values, left, V_TAIL2_AT * 2 + octet * 4, v);
            add_pair(D_TILES - 1, v[0], v[1], v[2], v[3], p0, p1);
        }
    }

    // A pair of neighbouring elements of four tokens: rows `octet` and `octet + 8` of tile j.
    __device__ __forceinline__ void add_pair(int j, uint32 v0, uint32 v1, uint32 v2, uint32 v3,
                                             uint32 p0, uint32 p1) {
        multiply(output[j], lows(v0, v1), highs(v0, v1), lows(v2, v3), highs(v2, v3), p0, p1);
    }

    __device__ __forceinline__ void finish() {
#pragma unroll
        for (int step = 4; step < WARP; step *= 2) {
            sum[0] += __shfl_xor_sync(FULL_WARP, sum[0], step);
            sum[1] += __shfl_xor_sync(FULL_WARP, sum[1], step);
        }
    }

    // Where in a head the pair of tile j lies.
    __device__ __forceinline__ static int element(int j) {
        int octet = threadIdx.x % WARP / 4;
        return j < 4 * V_VECTORS ? (j / 4) * 64 + octet * 8 + (j % 4) * 2
               : V_TAIL4 && j < 4 * V_VECTORS + 2
                   ? V_TAIL4_AT + octet * 4 + (j - 4 * V_VECTORS) * 2
                   : V_TAIL2_AT + octet * 2;
    }

    // The result, of QUERIES heads side by side.
    __device__ __forceinline__ void put(elem* out) const {
        int quad = threadIdx.x % 4;
#pragma unroll
        for (int h = 0; h < 2; h++) {
            if (2 * quad + h < QUERIES) {
                float inverse = 1.0f / sum[h];
                elem* to = out + (2 * quad + h) * HEAD_SIZE;
#pragma unroll
                for (int j = 0; j < D_TILES; j++) {
                    *reinterpret_cast<uint32*>(to + element(j)) =
                        pack_pair(output[j][h] * inverse, output[j][h + 2] * inverse);
                }
            }
        }
    }

    __device__ __forceinline__ void put_partial(float* sums, float* tops_sums) const {
        int octet = threadIdx.x % WARP / 4;
        int quad = threadIdx.x % 4;
#pragma unroll
        for (int h = 0; h < 2; h++) {
            int head = 2 * quad + h;
            if (head < QUERIES) {
                float* to = sums + head * HEAD_SIZE;
#pragma unroll
                for (int j = 0; j < D_TILES; j++) {
                    __stcg(reinterpret_cast<float2*>(to + element(j)),
                           make_float2(output[j][h], output[j][h + 2]));
                }
                if (octet == 0) {
                    __stcg(reinterpret_cast<float2*>(tops_sums + 2 * head),
                           make_float2(top[h], sum[h]));
                }
            }
        }
    }
};

// Where pieces of cut rows wait to be joined: floats [item][HEADS][HEAD_SIZE] and after all `capacity`
// items of them [item][HEADS][2], top and sum.
struct Partials {
    float* sums;
    float* tops_sums;

    __device__ __forceinline__ Partials(float* scratch, int capacity)
        : sums(scratch), tops_sums(scratch + (long)capacity * HEADS * HEAD_SIZE) {}

    __device__ __forceinline__ float* sums_of(int item, int head) const {
        return sums + ((long)item * HEADS + head) * HEAD_SIZE;
    }

    __device__ __forceinline__ float* stats_of(int item, int head) const {
        return tops_sums + ((long)item * HEADS + head) * 2;
    }
};

// Pieces that are read together while a row is joined: 8 to 16 loads of a lane are under way.
#define JOIN_PIECES (QUERIES <= 2 ? 8 : QUERIES <= 5 ? 4 : 2)

// Joins the pieces of a row for the query heads of a KV head, by one warp, each head's in the order of
// the pieces. The heads go side by side: one after the other, each would wait for memory anew.
__device__ __forceinline__ void join_pieces(const Partials& partials, int first, int pieces,
                                            int head, elem* out) {
    int lane = threadIdx.x % WARP;
    int d = lane * 4;
    static_assert(HEAD_SIZE <= 4 * WARP, "a lane has 4 elements");
    float top[QUERIES];
#pragma unroll
    for (int g = 0; g < QUERIES; g++) {
        top[g] = LOWEST;
    }
    for (int p = lane; p < pieces; p += WARP) {
#pragma unroll
        for (int g = 0; g < QUERIES; g++) {
            top[g] = fmaxf(top[g], __ldcg(partials.stats_of(first + p, head + g)));
        }
    }
    float sum[QUERIES];
    float value[QUERIES][4];
#pragma unroll
    for (int g = 0; g < QUERIES; g++) {
        top[g] = warp_max(top[g]);
        sum[g] = 0.0f;
        value[g][0] = value[g][1] = value[g][2] = value[g][3] = 0.0f;
    }
    for (int base = 0; base < pieces; base += WARP) {
        float weight[QUERIES];
#pragma unroll
        for (int g = 0; g < QUERIES; g++) {
            weight[g] = 0.0f;
            if (base + lane < pieces) {
                float2 stats = __ldcg(reinterpret_cast<const float2*>(
                    partials.stats_of(first + base + lane, head + g)));
                weight[g] = exp2f(stats.x - top[g]);
                sum[g] += weight[g] * stats.y;
            }
        }
        int here = min(WARP, pieces - base);
#pragma unroll JOIN_PIECES
        for (int p = 0; p < here; p++) {
#pragma unroll
            for (int g = 0; g < QUERIES; g++) {
                float w = __shfl_sync(FULL_WARP, weight[g], p);
                if (d < HEAD_SIZE) {
                    float4 v = __ldcg(reinterpret_cast<const float4*>(
                        partials.sums_of(first + base + p, head + g) + d));
                    value[g][0] += w * v.x;
                    value[g][1] += w * v.y;
                    value[g][2] += w * v.z;
                    value[g][3] += w * v.w;
                }
            }
        }
    }
#pragma unroll
    for (int g = 0; g < QUERIES; g++) {
        float inverse = 1.0f / warp_sum(sum[g]);
        if (d < HEAD_SIZE) {
            *reinterpret_cast<uint2*>(out + g * HEAD_SIZE + d) =
                make_uint2(pack_pair(value[g][0] * inverse, value[g][1] * inverse),
                           pack_pair(value[g][2] * inverse, value[g][3] * inverse));
        }
    }
}

// The fetching warp: all tiles of all items of the span, in order, as the ring has room.
__device__ __forceinline__ void fetch_span(const elem* keys, const elem* values, long cell_stride,
                                           const int* items, int first, int last, char* ring,
                                           uint64* full, uint64* empty) {
    int lane = threadIdx.x % WARP;
    Turn turn;
    bool waited = false;
    Piece piece = first < last ? read_piece(items, first) : Piece{};
    for (int item = first; item < last; item++) {
        Piece next = item + 1 < last ? read_piece(items, item + 1) : piece;
        for (int token = 0; token < piece.tokens; token += TILE) {
            int here = min(TILE, piece.tokens - token);
            if (!waited && token + here > piece.settled) {
                wait_for_previous();
                asm volatile("fence.proxy.async;" ::: "memory");
                waited = true;
            }
            barrier_wait(empty + turn.stage, turn.parity ^ 1);
            if (lane == 0) {
                barrier_expect(full + turn.stage, here * 2 * TOKEN_BYTES);
            }
            __syncwarp();
            int t = lane % TILE;
            if (t < here) {
                bool value = lane >= TILE;
                char* slot = ring + turn.stage * STAGE_BYTES;
                const elem* from =
                    (value ? values : keys) + ((long)piece.cell + token + t) * cell_stride;
                copy_bulk(value ? slot + V_AT + t * V_STRIDE : slot + t * K_STRIDE, from,
                          TOKEN_BYTES, full + turn.stage);
            }
            turn.advance();
        }
        piece = next;
    }
    let_next_begin();
    if (!waited) {
        wait_for_previous();
    }
}

// out[row][head] = softmax(scale * q K') V over the row's run. `scale_log2` is scale * log2(e).
// q: row r's heads at q + r * q_stride. Arena: see the contract; K of cell c, head h at
// arena + c * cell_stride + k_offset + h * HEAD_SIZE, V likewise.
// scratch: capacity * HEADS * (HEAD_SIZE + 2) floats, 16-byte aligned; capacity >= the items.
// finished: [rows][KV_HEADS] ints, zero before the first launch; the kernel leaves zeros.
//
// Grid (KV_HEADS / GROUP_HEADS, block rows as spans were made for). Block 32 * (GROUP_HEADS + 1). Dynamic
// shared memory in bytes: STAGES * 16 * (2 * ceil128(GROUP_HEADS * HEAD_SIZE * 2) + 80), where ceil128
// rounds up to a multiple of 128.
extern "C" __global__ void __launch_bounds__(32 * (GROUP_HEADS + 1), 1)
span_attention(const elem* q, long q_stride, const elem* arena, long cell_stride, long k_offset,
               long v_offset, const int* items, const int* spans, float scale_log2, float* scratch,
               int capacity, int* finished, elem* out) {
    extern __shared__ __align__(128) char ring[];
    __shared__ uint64 full[STAGES];
    __shared__ uint64 empty[STAGES];
    int warp = threadIdx.x / WARP;
    int lane = threadIdx.x % WARP;
    if (EARLY) {
        let_next_begin();
    }
    int first = spans[blockIdx.y];
    int last = spans[blockIdx.y + 1];
    if (threadIdx.x == 0) {
        for (int s = 0; s < STAGES; s++) {
            barrier_begin(full + s, 1);
            barrier_begin(empty + s, GROUP_HEADS);
        }
        asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory");
        asm volatile("fence.proxy.async;" ::: "memory");
    }
    __syncthreads();
    if (warp == GROUP_HEADS) {
        const elem* base = arena + blockIdx.x * GROUP_HEADS * HEAD_SIZE;
        fetch_span(base + k_offset, base + v_offset, cell_stride, items, first, last, ring, full,
                   empty);
        return;
    }
    int kv_head = blockIdx.x * GROUP_HEADS + warp;
    int head = kv_head * QUERIES;
    Partials partials(scratch, capacity);
    Turn turn;
    Piece next = first < last ? read_piece(items, first) : Piece{};
    wait_for_previous();
    for (int item = first; item < last; item++) {
        Piece piece = next;
        if (item + 1 < last) {
            next = read_piece(items, item + 1);
        }
        elem* to = out + ((long)piece.row * HEADS + head) * HEAD_SIZE;
        if (piece.tokens == 0) {
            for (int i = lane * VEC; i < QUERIES * HEAD_SIZE; i += WARP * VEC) {
                *reinterpret_cast<uint4*>(to + i) = make_uint4(0, 0, 0, 0);
            }
            continue;
        }
        Softmax softmax;
        softmax.begin(q + piece.row * q_stride + (long)head * HEAD_SIZE);
        for (int token = 0; token < piece.tokens; token += TILE) {
            barrier_wait(full + turn.stage, turn.parity);
            if (!STREAM_ONLY) {
                softmax.tile(ring + turn.stage * STAGE_BYTES + warp * HEAD_SIZE * 2,
                             piece.tokens - token, scale_log2);
            }
            __syncwarp();
            if (lane == 0) {
                barrier_arrive(empty + turn.stage);
            }
            turn.advance();
        }
        softmax.finish();
        if (piece.pieces == 1) {
            softmax.put(to);
            continue;
        }
        softmax.put_partial(partials.sums_of(item, head), partials.stats_of(item, head));
        __threadfence();
        __syncwarp();
        int before = 0;
        int* counter = finished + (long)piece.row * KV_HEADS + kv_head;
        if (lane == 0) {
            before = atomicAdd(counter, 1);
        }
        if (__shfl_sync(FULL_WARP, before, 0) == piece.pieces - 1) {
            __threadfence();
            if (lane == 0) {
                *counter = 0;
            }
            join_pieces(partials, item - piece.ordinal, piece.pieces, head, to);
        }
    }
}
#else
// Not for this architecture or element type: decode_attention is.
extern "C" __global__ void span_attention() {}
#endif
