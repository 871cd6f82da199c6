// Attention of single query tokens over contiguous runs of arena cells, split over the run
// ("flash decoding"). Used for decode rows, and for any query token of a prefill chunk as a row of its
// own, whose run ends with itself.
//
// The work is a list of items, made on the host once a step and shared by all layers. An item is a
// piece of a row's run, for all heads: 8 ints
//     row        row of q and out
//     cell       first cell of the piece
//     tokens     its length; 0 only for a row without a run, whose output is zeros (one such item)
//     ordinal    which piece of its row: 0, 1, ...
//     pieces     how many its row has; they stand side by side in the list
//     settled    how many leading tokens of the piece were written by earlier steps: those may be
//                fetched before the kernel before this has finished. 0 is always right; for a decode
//                row tokens, and tokens - 1 in its last piece
//     0, 0
// counts[0] is the number of items. A row's pieces are joined by the block that finishes last.
//
// Blocks have GROUP_HEADS x SPLIT warps: GROUP_HEADS neighbouring KV heads, read as one contiguous
// stretch of a cell, and SPLIT tiles of TILE tokens side by side.

#ifndef GROUP_HEADS
#define GROUP_HEADS (KV_HEADS < 4 ? KV_HEADS : 4)
#endif
#ifndef SPLIT
#define SPLIT 1
#endif
#ifndef STAGES
#define STAGES 3
#endif

#define QUERIES (HEADS / KV_HEADS)  // query heads of a KV head
#define GROUPS ((KV_HEADS + GROUP_HEADS - 1) / GROUP_HEADS)
#define WARPS (GROUP_HEADS * SPLIT)
#define TILE 16
#define MAX_QUERIES 8
#define ITEM_INTS 8

static_assert(HEADS % KV_HEADS == 0 && QUERIES <= MAX_QUERIES, "1 to 8 query heads a KV head");

// Scores below every real one; exp2 of their difference to any real score is 0.
#define LOWEST -1.0e30f

struct Piece {
    int row;
    long cell;
    int tokens;
    int ordinal;
    int pieces;
    int settled;
};

__device__ __forceinline__ Piece read_piece(const int* items, int index) {
    int4 a = *reinterpret_cast<const int4*>(items + (long)index * ITEM_INTS);
    int4 b = *reinterpret_cast<const int4*>(items + (long)index * ITEM_INTS + 4);
    return {a.x, (long)a.y, a.z, a.w, b.x, b.y};
}

#if ELEM_BF16
static_assert(HEAD_SIZE % 16 == 0, "head size is a multiple of 16");

// A tile is 16 tokens of one head. Both products run on the matrix units (m16n8k16): S = K q' with
// tokens as m and query heads as n, O' = V' S with head elements as m. Operands need no exchange
// between lanes: each lane fetches 16 bytes at a time into slots of its own, the order of a sum's terms
// being free. Lane = 4 * octet + quad. Of K it has tokens octet, octet + 8 and of each 32 elements 8;
// of V tokens 2 quad, 2 quad + 1 and 8 more, and of each 64 elements 8.
#define K_VECTORS (HEAD_SIZE / 32)
#define K_TAIL (HEAD_SIZE % 32 != 0)  // 16 elements more: 4 a lane
#define V_VECTORS (HEAD_SIZE / 64)
#define V_TAIL4 (HEAD_SIZE % 64 >= 32)       // 32 elements more: 4 a lane
#define V_TAIL2 (HEAD_SIZE % 32 != 0)        // 16 elements more: 2 a lane
#define V_TAIL4_AT (V_VECTORS * 64)
#define V_TAIL2_AT (V_TAIL4_AT + V_TAIL4 * 32)
#define K_TAIL_BYTES (K_VECTORS * 2 * 512)
#define V_BYTES (TILE * HEAD_SIZE * 2)
#define V_TAIL4_BYTES (V_BYTES + V_VECTORS * 4 * 512)
#define V_TAIL2_BYTES (V_TAIL4_BYTES + V_TAIL4 * 4 * 256)
#define STAGE_BYTES (2 * TILE * HEAD_SIZE * 2)
#define D_TILES (HEAD_SIZE / 16)
#define WARP_BYTES (STAGES * STAGE_BYTES)

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

// One warp's way through its tiles of a piece.
struct Walk {
    const elem* keys;    // of the piece's first cell, this head
    const elem* values;
    long cell_stride;
    int tokens;
    char* slots;  // WARP_BYTES, this warp's

    __device__ __forceinline__ void fetch(int token, int stage) const {
        int lane = threadIdx.x % WARP;
        int octet = lane / 4;
        int quad = lane % 4;
        char* slot = slots + stage * STAGE_BYTES;
#pragma unroll
        for (int r = 0; r < 2; r++) {
            int t = token + octet + 8 * r;
            bool valid = t < tokens;
            const elem* from = keys + (valid ? t : 0) * cell_stride;
#pragma unroll
            for (int i = 0; i < K_VECTORS; i++) {
                copy16_async(slot + (i * 2 + r) * 512 + lane * 16, from + i * 32 + quad * 8, valid);
            }
            if (K_TAIL) {
                copy8_async(slot + K_TAIL_BYTES + r * 256 + lane * 8,
                            from + K_VECTORS * 32 + quad * 4, valid);
            }
        }
#pragma unroll
        for (int r = 0; r < 4; r++) {
            int t = token + 2 * quad + (r % 2) + 8 * (r / 2);
            bool valid = t < tokens;
            const elem* from = values + (valid ? t : 0) * cell_stride;
#pragma unroll
            for (int i = 0; i < V_VECTORS; i++) {
                copy16_async(slot + V_BYTES + (i * 4 + r) * 512 + lane * 16,
                             from + i * 64 + octet * 8, valid);
            }
            if (V_TAIL4) {
                copy8_async(slot + V_TAIL4_BYTES + r * 256 + lane * 8,
                            from + V_TAIL4_AT + octet * 4, valid);
            }
            if (V_TAIL2) {
                copy4_async(slot + V_TAIL2_BYTES + r * 128 + lane * 4,
                            from + V_TAIL2_AT + octet * 2, valid);
            }
        }
    }
};

// Online softmax of query heads 2 quad and 2 quad + 1. `sum` is of this lane's tokens alone.
struct Softmax {
    uint32 query[D_TILES][2];
    float top[2];
    float sum[2];
    float output[D_TILES][4];

    __device__ __forceinline__ void begin(const elem* q) {
        int lane = threadIdx.x % WARP;
        int octet = lane / 4;
        int quad = lane % 4;
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

    __device__ __forceinline__ void tile(const char* slot, int left, float scale) {
        int lane = threadIdx.x % WARP;
        int octet = lane / 4;
        float s[4] = {};
        float s_odd[4] = {};
#pragma unroll
        for (int i = 0; i < K_VECTORS; i++) {
            uint4 a = *reinterpret_cast<const uint4*>(slot + (i * 2) * 512 + lane * 16);
            uint4 b = *reinterpret_cast<const uint4*>(slot + (i * 2 + 1) * 512 + lane * 16);
            multiply(s, a.x, b.x, a.y, b.y, query[2 * i][0], query[2 * i][1]);
            multiply(s_odd, a.z, b.z, a.w, b.w, query[2 * i + 1][0], query[2 * i + 1][1]);
        }
        if (K_TAIL) {
            uint2 a = *reinterpret_cast<const uint2*>(slot + K_TAIL_BYTES + lane * 8);
            uint2 b = *reinterpret_cast<const uint2*>(slot + K_TAIL_BYTES + 256 + lane * 8);
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
        add_values(slot, transposed(pack_pair(s[0], s[1])), transposed(pack_pair(s[2], s[3])));
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

    __device__ __forceinline__ void add_values(const char* slot, uint32 p0, uint32 p1) {
        int lane = threadIdx.x % WARP;
#pragma unroll
        for (int i = 0; i < V_VECTORS; i++) {
            uint4 v[4];
#pragma unroll
            for (int r = 0; r < 4; r++) {
                v[r] = *reinterpret_cast<const uint4*>(slot + V_BYTES + (i * 4 + r) * 512 +
                                                       lane * 16);
            }
            add_pair(4 * i, v[0].x, v[1].x, v[2].x, v[3].x, p0, p1);
            add_pair(4 * i + 1, v[0].y, v[1].y, v[2].y, v[3].y, p0, p1);
            add_pair(4 * i + 2, v[0].z, v[1].z, v[2].z, v[3].z, p0, p1);
            add_pair(4 * i + 3, v[0].w, v[1].w, v[2].w, v[3].w, p0, p1);
        }
        if (V_TAIL4) {
            uint2 v[4];
#pragma unroll
            for (int r = 0; r < 4; r++) {
                v[r] = *reinterpret_cast<const uint2*>(slot + V_TAIL4_BYTES + r * 256 + lane * 8);
            }
            add_pair(4 * V_VECTORS, v[0].x, v[1].x, v[2].x, v[3].x, p0, p1);
            add_pair(4 * V_VECTORS + 1, v[0].y, v[1].y, v[2].y, v[3].y, p0, p1);
        }
        if (V_TAIL2) {
            uint32 v[4];
#pragma unroll
            for (int r = 0; r < 4; r++) {
                v[r] = *reinterpret_cast<const uint32*>(slot + V_TAIL2_BYTES + r * 128 + lane * 4);
            }
            add_pair(D_TILES - 1, v[0], v[1], v[2], v[3], p0, p1);
        }
    }

    // A pair of neighbouring elements of four tokens: rows `octet` and `octet + 8` of tile j.
    __device__ __forceinline__ void add_pair(int j, uint32 v0, uint32 v1, uint32 v2, uint32 v3,
                                             uint32 p0, uint32 p1) {
        multiply(output[j], lows(v0, v1), highs(v0, v1), lows(v2, v3), highs(v2, v3), p0, p1);
    }

    // This warp's result: [QUERIES][HEAD_SIZE] and, for each query head, top and sum.
    __device__ __forceinline__ void put(float* sums, float* tops_sums) {
        int lane = threadIdx.x % WARP;
        int octet = lane / 4;
        int quad = lane % 4;
#pragma unroll
        for (int step = 4; step < WARP; step *= 2) {
            sum[0] += __shfl_xor_sync(FULL_WARP, sum[0], step);
            sum[1] += __shfl_xor_sync(FULL_WARP, sum[1], step);
        }
#pragma unroll
        for (int h = 0; h < 2; h++) {
            int head = 2 * quad + h;
            if (head >= QUERIES) {
                continue;
            }
            float* to = sums + head * HEAD_SIZE;
#pragma unroll
            for (int j = 0; j < D_TILES; j++) {
                int d = j < 4 * V_VECTORS ? (j / 4) * 64 + octet * 8 + (j % 4) * 2
                        : V_TAIL4 && j < 4 * V_VECTORS + 2
                            ? V_TAIL4_AT + octet * 4 + (j - 4 * V_VECTORS) * 2
                            : V_TAIL2_AT + octet * 2;
                to[d] = output[j][h];
                to[d + 1] = output[j][h + 2];
            }
            if (octet == 0) {
                tops_sums[2 * head] = top[h];
                tops_sums[2 * head + 1] = sum[h];
            }
        }
    }
};

#else
// In float: one token at a time, the warp's lanes over the head's elements. Exact rather than fast.
#define LANE_VECTORS ((HEAD_SIZE / VEC + WARP - 1) / WARP)
#define WARP_BYTES (QUERIES * HEAD_SIZE * 4)

static_assert(HEAD_SIZE % VEC == 0, "head size is a multiple of 4");

struct Walk {
    const elem* keys;
    const elem* values;
    long cell_stride;
    int tokens;
    char* slots;

    __device__ __forceinline__ void fetch(int token, int stage) const {}
};

struct Softmax {
    float query[QUERIES][LANE_VECTORS][VEC];
    float output[QUERIES][LANE_VECTORS][VEC];
    float top[QUERIES];
    float sum[QUERIES];

    __device__ __forceinline__ void begin(const elem* q) {
        int lane = threadIdx.x % WARP;
#pragma unroll
        for (int g = 0; g < QUERIES; g++) {
            top[g] = LOWEST;
            sum[g] = 0.0f;
#pragma unroll
            for (int i = 0; i < LANE_VECTORS; i++) {
                int d = (i * WARP + lane) * VEC;
#pragma unroll
                for (int j = 0; j < VEC; j++) {
                    query[g][i][j] = d < HEAD_SIZE ? q[g * HEAD_SIZE + d + j] : 0.0f;
                    output[g][i][j] = 0.0f;
                }
            }
        }
    }

    __device__ __forceinline__ void token(const elem* key, const elem* value, float scale) {
        int lane = threadIdx.x % WARP;
        float k[LANE_VECTORS][VEC] = {};
        float v[LANE_VECTORS][VEC] = {};
#pragma unroll
        for (int i = 0; i < LANE_VECTORS; i++) {
            int d = (i * WARP + lane) * VEC;
            if (d < HEAD_SIZE) {
                load16(key + d, k[i]);
                load16(value + d, v[i]);
            }
        }
#pragma unroll
        for (int g = 0; g < QUERIES; g++) {
            float s = 0.0f;
#pragma unroll
            for (int i = 0; i < LANE_VECTORS; i++) {
#pragma unroll
                for (int j = 0; j < VEC; j++) {
                    s += query[g][i][j] * k[i][j];
                }
            }
            s = warp_sum(s) * scale;
            float next = fmaxf(top[g], s);
            float shrink = exp2f(top[g] - next);
            float p = exp2f(s - next);
            top[g] = next;
            sum[g] = sum[g] * shrink + p;
#pragma unroll
            for (int i = 0; i < LANE_VECTORS; i++) {
#pragma unroll
                for (int j = 0; j < VEC; j++) {
                    output[g][i][j] = output[g][i][j] * shrink + p * v[i][j];
                }
            }
        }
    }

    __device__ __forceinline__ void put(float* sums, float* tops_sums) {
        int lane = threadIdx.x % WARP;
#pragma unroll
        for (int g = 0; g < QUERIES; g++) {
#pragma unroll
            for (int i = 0; i < LANE_VECTORS; i++) {
                int d = (i * WARP + lane) * VEC;
                if (d < HEAD_SIZE) {
                    store16(sums + g * HEAD_SIZE + d, output[g][i]);
                }
            }
            if (lane == 0) {
                tops_sums[2 * g] = top[g];
                tops_sums[2 * g + 1] = sum[g];
            }
        }
    }
};
#endif

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

// Joins the SPLIT warps' results of a query head into `to`, by one warp; returns top and sum.
__device__ __forceinline__ float2 join_warps(const char* results, const float* stats, int query,
                                             float* to) {
    int lane = threadIdx.x % WARP;
    float top = LOWEST;
#pragma unroll
    for (int s = 0; s < SPLIT; s++) {
        top = fmaxf(top, stats[(s * QUERIES + query) * 2]);
    }
    float sum = 0.0f;
    float weights[SPLIT];
#pragma unroll
    for (int s = 0; s < SPLIT; s++) {
        weights[s] = exp2f(stats[(s * QUERIES + query) * 2] - top);
        sum += weights[s] * stats[(s * QUERIES + query) * 2 + 1];
    }
#pragma unroll
    for (int i = 0; i < (HEAD_SIZE + WARP - 1) / WARP; i++) {
        int d = i * WARP + lane;
        float value = 0.0f;
        if (d < HEAD_SIZE) {
#pragma unroll
            for (int s = 0; s < SPLIT; s++) {
                const float* from = reinterpret_cast<const float*>(results + s * WARP_BYTES);
                value += weights[s] * from[query * HEAD_SIZE + d];
            }
        }
        to[i] = value;
    }
    return make_float2(top, sum);
}

// Joins the pieces of a row for one query head, by one warp, and writes the output.
__device__ __forceinline__ void join_pieces(const Partials& partials, int first, int pieces,
                                            int head, elem* out) {
    int lane = threadIdx.x % WARP;
    constexpr int EACH = (HEAD_SIZE + WARP - 1) / WARP;
    float top = LOWEST;
    for (int p = lane; p < pieces; p += WARP) {
        top = fmaxf(top, __ldcg(partials.stats_of(first + p, head)));
    }
    top = warp_max(top);
    float sum = 0.0f;
    float value[EACH] = {};
    for (int base = 0; base < pieces; base += WARP) {
        float weight = 0.0f;
        if (base + lane < pieces) {
            float2 stats = __ldcg(
                reinterpret_cast<const float2*>(partials.stats_of(first + base + lane, head)));
            weight = exp2f(stats.x - top);
            sum += weight * stats.y;
        }
        int here = min(WARP, pieces - base);
#pragma unroll 8
        for (int p = 0; p < here; p++) {
            float w = __shfl_sync(FULL_WARP, weight, p);
            const float* from = partials.sums_of(first + base + p, head);
#pragma unroll
            for (int i = 0; i < EACH; i++) {
                int d = i * WARP + lane;
                if (d < HEAD_SIZE) {
                    value[i] += w * __ldcg(from + d);
                }
            }
        }
    }
    sum = warp_sum(sum);
#pragma unroll
    for (int i = 0; i < EACH; i++) {
        int d = i * WARP + lane;
        if (d < HEAD_SIZE) {
            out[d] = store(value[i] / sum);
        }
    }
}

// out[row][head] = softmax(scale * q K') V over the row's run. `scale_log2` is scale * log2(e).
// q: row r's heads at q + r * q_stride. Arena: see the contract; K of cell c, head h at
// arena + c * cell_stride + k_offset + h * HEAD_SIZE, V likewise.
// scratch: capacity * HEADS * (HEAD_SIZE + 2) floats, 16-byte aligned; capacity >= counts[0].
// finished: [rows][GROUPS] ints, zero before the first launch; the kernel leaves zeros.
//
// Grid (GROUPS, any number y), GROUPS = ceil(KV_HEADS / GROUP_HEADS): block row b does the items b,
// b + y, ...; so y may be the bucket of items, or less. Block 32 * GROUP_HEADS * SPLIT. Dynamic shared
// memory in bytes: bf16 GROUP_HEADS * SPLIT * STAGES * 64 * HEAD_SIZE, float GROUP_HEADS * SPLIT *
// QUERIES * HEAD_SIZE * 4.
extern "C" __global__ void __launch_bounds__(32 * WARPS, 1)
decode_attention(const elem* q, long q_stride, const elem* arena, long cell_stride, long k_offset,
                 long v_offset, const int* items, const int* counts, float scale_log2,
                 float* scratch, int capacity, int* finished, elem* out) {
    extern __shared__ __align__(128) char shared[];
    __shared__ float stats[WARPS * QUERIES * 2];
    __shared__ int last;
    let_next_begin();
    int warp = threadIdx.x / WARP;
    int lane = threadIdx.x % WARP;
    int local_head = warp % GROUP_HEADS;
    int part = warp / GROUP_HEADS;
    int kv_head = blockIdx.x * GROUP_HEADS + local_head;
    // Results of a head's parts lie side by side: so a warp's slots are ordered by head, then part.
    char* slots = shared + (local_head * SPLIT + part) * WARP_BYTES;
    Partials partials(scratch, capacity);
    int items_now = counts[0];
    bool waited = false;
    for (int item = blockIdx.y; item < items_now; item += gridDim.y) {
        Piece piece = read_piece(items, item);
        bool active = kv_head < KV_HEADS && piece.tokens > 0;
        Softmax softmax;
        if (active) {
            const elem* base = arena + piece.cell * cell_stride + kv_head * HEAD_SIZE;
            Walk walk = {base + k_offset, base + v_offset, cell_stride, piece.tokens, slots};
#if ELEM_BF16
            int begin = part * TILE;
#pragma unroll
            for (int s = 0; s < STAGES - 1; s++) {
                int token = begin + s * SPLIT * TILE;
                bool fresh = min(token + TILE, piece.tokens) > piece.settled;
                if (!waited && fresh && token < piece.tokens) {
                    wait_for_previous();
                    waited = true;
                }
                if (token < piece.tokens) {
                    walk.fetch(token, s);
                }
                copies_commit();
            }
            if (!waited) {
                wait_for_previous();
                waited = true;
            }
            softmax.begin(q + piece.row * q_stride + (long)kv_head * QUERIES * HEAD_SIZE);
            int stage = 0;
            for (int token = begin; token < piece.tokens; token += SPLIT * TILE) {
                copies_wait<STAGES - 2>();
                int ahead = token + (STAGES - 1) * SPLIT * TILE;
                if (ahead < piece.tokens) {
                    walk.fetch(ahead, stage == 0 ? STAGES - 1 : stage - 1);
                }
                copies_commit();
                softmax.tile(slots + stage * STAGE_BYTES, piece.tokens - token, scale_log2);
                stage = stage == STAGES - 1 ? 0 : stage + 1;
            }
            copies_wait<0>();
#else
            wait_for_previous();
            softmax.begin(q + piece.row * q_stride + (long)kv_head * QUERIES * HEAD_SIZE);
            for (int token = part; token < piece.tokens; token += SPLIT) {
                softmax.token(walk.keys + token * cell_stride, walk.values + token * cell_stride,
                              scale_log2);
            }
#endif
            __syncwarp();
            softmax.put(reinterpret_cast<float*>(slots),
                        stats + (local_head * SPLIT + part) * QUERIES * 2);
        } else if (!waited) {
            wait_for_previous();
            waited = true;
        }
        __syncthreads();
        // From here a warp has whole query heads of the block.
        constexpr int EACH = (HEAD_SIZE + WARP - 1) / WARP;
        int heads_here = min(GROUP_HEADS, KV_HEADS - blockIdx.x * GROUP_HEADS) * QUERIES;
        int first_head = blockIdx.x * GROUP_HEADS * QUERIES;
        for (int h = warp; h < heads_here; h += WARPS) {
            int of = h / QUERIES;
            float value[EACH];
            float2 top_sum = make_float2(LOWEST, 1.0f);
            if (piece.tokens > 0) {
                top_sum = join_warps(shared + of * SPLIT * WARP_BYTES,
                                     stats + of * SPLIT * QUERIES * 2, h % QUERIES, value);
            } else {
#pragma unroll
                for (int i = 0; i < EACH; i++) {
                    value[i] = 0.0f;
                }
            }
            int head = first_head + h;
            if (piece.pieces == 1) {
                elem* to = out + ((long)piece.row * HEADS + head) * HEAD_SIZE;
#pragma unroll
                for (int i = 0; i < EACH; i++) {
                    int d = i * WARP + lane;
                    if (d < HEAD_SIZE) {
                        to[d] = store(value[i] / top_sum.y);
                    }
                }
            } else {
                float* to = partials.sums_of(item, head);
#pragma unroll
                for (int i = 0; i < EACH; i++) {
                    int d = i * WARP + lane;
                    if (d < HEAD_SIZE) {
                        __stcg(to + d, value[i]);
                    }
                }
                if (lane == 0) {
                    __stcg(reinterpret_cast<float2*>(partials.stats_of(item, head)), top_sum);
                }
            }
        }
        if (piece.pieces > 1) {
            __threadfence();
            __syncthreads();
            if (threadIdx.x == 0) {
                int* counter = finished + (long)piece.row * GROUPS + blockIdx.x;
                last = atomicAdd(counter, 1) == piece.pieces - 1;
                if (last) {
                    *counter = 0;
                }
            }
            __syncthreads();
            if (last) {
                __threadfence();
                for (int h = warp; h < heads_here; h += WARPS) {
                    int head = first_head + h;
                    join_pieces(partials, item - piece.ordinal, piece.pieces, head,
                                out + ((long)piece.row * HEADS + head) * HEAD_SIZE);
                }
            }
        }
        __syncthreads();
    }
    if (!waited) {
        wait_for_previous();
    }
}
