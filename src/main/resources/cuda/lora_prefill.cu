// LoRA of prefill chunks on the tensor cores: low = x A^T, then y += scaling * low B, for chunks of
// many rows, each with one adapter, and up to three modules that share x and whose outputs lie side
// by side in y. bfloat16 alone; float mode and very short chunks use lora.cu with a chunk's rows cut
// into segments of 8.
//
//   header       (int4) { chunks, 0, window: low half, high half }: as in lora.cu
//   chunks[2c]   { first row in the batch, rows, first window row, rank }
//   chunks[2c+1] { bits of the float scaling, 0, 0, 0 }
//
// low is bfloat16, [row of the batch][module][low_stride]; low_stride a multiple of 8, at least the
// largest rank. `in`, the column starts and all strides are multiples of 8.
//
//   lora_prefill_shrink  grid (modules * ceil(largest rank / SHRINK_N), ceil(most rows / SHRINK_M),
//                        chunk bucket * splits), block 256, dynamic shared memory SHRINK_STAGES *
//                        (SHRINK_M + SHRINK_N) * 128 bytes. `splits` cut `in`; partial then holds
//                        splits * rows of the batch * modules * low_stride floats, and counters, one
//                        int for each (x, y, chunk) of the grid, are 0 before the first launch ever:
//                        they return to 0. Sums are in fixed order: same input, same bits.
//   lora_prefill_expand  grid (sum over modules of ceil(out / 128), ceil(most rows / 128), chunk
//                        bucket), block 256, dynamic shared memory 67,584 bytes.

#if ELEM_BF16

#ifndef SHRINK_M
#define SHRINK_M 64  // rows of a block
#endif
#ifndef SHRINK_N
#define SHRINK_N 128  // ranks of a block
#endif
#ifndef SHRINK_STAGES
#define SHRINK_STAGES 4
#endif
#define SHRINK_K 64
#define THREADS 256
#define EXPAND 128  // rows, columns and ranks at a time of a block of the expansion
#define EPILOGUE_STRIDE 132

struct LoraPrefill {
    const elem* arena;
    const int4* header;
    const int4* chunks;
    const elem* x;
    elem* y;
    elem* low;
    float* partial;
    int* counters;
    long long row_stride;
    long long x_stride;
    long long y_stride;
    long long a[3];
    long long b[3];
    int in;
    int modules;
    int starts[4];  // first column of each module in y, then the end; unused ones repeat the end
    int low_stride;
    int splits;
    int rows;  // of the batch; for the stride of partial
};

__device__ __forceinline__ long long pick(const long long (&of)[3], int module) {
    return module == 0 ? of[0] : module == 1 ? of[1] : of[2];
}

// 16 bytes, or zeros where nothing is to be read.
__device__ __forceinline__ void copy16_or_zero(void* shared, const elem* global, bool there) {
    asm volatile("cp.async.cg.shared.global.L2::128B [%0], [%1], 16, %2;" ::"r"(shared_address(shared)),
                 "l"(global), "r"(there ? 16 : 0)
                 : "memory");
}

__device__ __forceinline__ void matrices(uint32 (&to)[4], uint32 address) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3])
                 : "r"(address)
                 : "memory");
}

__device__ __forceinline__ void matrices_turned(uint32 (&to)[4], uint32 address) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3])
                 : "r"(address)
                 : "memory");
}

__device__ __forceinline__ void multiply(float (&c)[4], const uint32 (&a)[4], uint32 b0, uint32 b1) {
    asm volatile(
        "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, "
        "{%8, %9}, {%0, %1, %2, %3};"
        : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}

// Byte offset of a 16-byte piece in a tile whose rows have PIECES pieces, such that 8 rows at the same
// piece fall into different banks.
template <int PIECES>
__device__ __forceinline__ uint32 tile_at(int row, int piece) {
    return (row * PIECES + (piece ^ (row & 7))) * 16;
}

extern __shared__ __align__(128) unsigned char tiles[];

#define SHRINK_WARP_N (SHRINK_N / 4)         // 2 x 4 warps
#define SHRINK_WARP_M (SHRINK_M / 2)
#define SHRINK_STAGE ((SHRINK_M + SHRINK_N) * 128)

// What a block of the shrink works on.
struct ShrinkTile {
    int module;
    int row;         // first row within the chunk
    int rows;        // of the chunk
    int token;       // first row of the chunk in the batch
    int rank;        // first rank of the tile
    int ranks;       // of the adapter
    const elem* x;   // of the tile's first row
    const elem* a;   // of the tile's first rank
};

__device__ __forceinline__ void shrink_fetch(
    const LoraPrefill& lora, const ShrinkTile& tile, int k, int stage) {
    unsigned char* at = tiles + stage * SHRINK_STAGE;
#pragma unroll
    for (int i = threadIdx.x; i < SHRINK_M * 8; i += THREADS) {
        int row = i / 8;
        int column = k + i % 8 * 8;
        bool there = tile.row + row < tile.rows && column < lora.in;
        const elem* from = tile.x + (there ? row * lora.x_stride + column : 0);
        copy16_or_zero(at + tile_at<8>(row, i % 8), from, there);
    }
    at += SHRINK_M * 128;
#pragma unroll
    for (int i = threadIdx.x; i < SHRINK_N * 8; i += THREADS) {
        int row = i / 8;
        int column = k + i % 8 * 8;
        bool there = tile.rank + row < tile.ranks && column < lora.in;
        const elem* from = tile.a + (there ? row * lora.row_stride + column : 0);
        copy16_or_zero(at + tile_at<8>(row, i % 8), from, there);
    }
}

__device__ __forceinline__ void shrink_multiply(
    int stage, int m0, int n0, int live, float (&sums)[SHRINK_WARP_M / 16][SHRINK_WARP_N / 8][4]) {
    int lane = threadIdx.x % WARP;
    uint32 x = shared_address(tiles + stage * SHRINK_STAGE);
    uint32 a = x + SHRINK_M * 128;
#pragma unroll
    for (int k = 0; k < SHRINK_K / 8; k += 2) {
        uint32 left[SHRINK_WARP_M / 16][4];
#pragma unroll
        for (int i = 0; i < SHRINK_WARP_M / 16; i++) {
            matrices(left[i], x + tile_at<8>(m0 + i * 16 + lane % 16, k + lane / 16));
        }
#pragma unroll
        for (int j = 0; j < SHRINK_WARP_N / 8; j += 2) {
            if (j * 8 < live) {
                uint32 right[4];
                int row = n0 + j * 8 + lane % 8 + lane / 16 * 8;
                matrices(right, a + tile_at<8>(row, k + lane / 8 % 2));
#pragma unroll
                for (int i = 0; i < SHRINK_WARP_M / 16; i++) {
                    multiply(sums[i][j], left[i], right[0], right[1]);
                    multiply(sums[i][j + 1], left[i], right[2], right[3]);
                }
            }
        }
    }
}

// The block that comes last of its tile adds up what all splits wrote.
__device__ __forceinline__ void shrink_combine(const LoraPrefill& lora, const ShrinkTile& tile) {
    __shared__ int last;
    __syncthreads();
    if (threadIdx.x == 0) {
        int chunk = blockIdx.z / lora.splits;
        int* counter = lora.counters + (chunk * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x;
        __threadfence();
        last = atomicAdd(counter, 1) == lora.splits - 1;
        if (last) {
            *counter = 0;
            __threadfence();
        }
    }
    __syncthreads();
    if (!last) {
        return;
    }
    long long apart = (long long)lora.rows * lora.modules * lora.low_stride;
    for (int i = threadIdx.x; i < SHRINK_M * SHRINK_N / 4; i += THREADS) {
        int row = tile.row + i / (SHRINK_N / 4);
        int rank = tile.rank + i % (SHRINK_N / 4) * 4;
        if (row < tile.rows && rank < lora.low_stride && rank < (tile.ranks + 7) / 8 * 8) {
            long long at =
                ((long long)(tile.token + row) * lora.modules + tile.module) * lora.low_stride + rank;
            float4 sum = __ldcg(reinterpret_cast<const float4*>(lora.partial + at));
            for (int s = 1; s < lora.splits; s++) {
                float4 more = __ldcg(reinterpret_cast<const float4*>(lora.partial + s * apart + at));
                sum.x += more.x;
                sum.y += more.y;
                sum.z += more.z;
                sum.w += more.w;
            }
            *reinterpret_cast<uint2*>(lora.low + at) =
                make_uint2(pack_pair(sum.x, sum.y), pack_pair(sum.z, sum.w));
        }
    }
}

extern "C" __global__ void __launch_bounds__(THREADS, 2) lora_prefill_shrink(LoraPrefill lora) {
    let_next_begin();
    int4 header = *lora.header;
    int chunk = blockIdx.z / lora.splits;
    int split = blockIdx.z % lora.splits;
    ShrinkTile tile;
    tile.module = blockIdx.x % lora.modules;
    tile.rank = blockIdx.x / lora.modules * SHRINK_N;
    tile.row = blockIdx.y * SHRINK_M;
    wait_for_previous();
    if (chunk >= header.x) {
        return;
    }
    int4 work = lora.chunks[2 * chunk];
    tile.token = work.x;
    tile.rows = work.y;
    tile.ranks = work.w;
    if (tile.row >= tile.rows || tile.rank >= tile.ranks) {
        return;
    }
    const elem* window = lora.arena + (((long long)header.w << 32) | (unsigned)header.z);
    tile.x = lora.x + (tile.token + tile.row) * lora.x_stride;
    tile.a = window + (work.z + tile.rank) * lora.row_stride + pick(lora.a, tile.module);

    int steps = (lora.in + SHRINK_K - 1) / SHRINK_K;
    int each = (steps + lora.splits - 1) / lora.splits;
    int from = split * each;
    int count = max(0, min(each, steps - from));
    int warp = threadIdx.x / WARP;
    int lane = threadIdx.x % WARP;
    int m0 = warp / 4 * SHRINK_WARP_M;
    int n0 = warp % 4 * SHRINK_WARP_N;
    int live = tile.ranks - tile.rank - n0;
    float sums[SHRINK_WARP_M / 16][SHRINK_WARP_N / 8][4] = {};
#pragma unroll
    for (int s = 0; s < SHRINK_STAGES - 1; s++) {
        if (s < count) {
            shrink_fetch(lora, tile, (from + s) * SHRINK_K, s);
        }
        copies_commit();
    }
    for (int s = 0; s < count; s++) {
        copies_wait<SHRINK_STAGES - 2>();
        __syncthreads();
        int next = s + SHRINK_STAGES - 1;
        if (next < count) {
            shrink_fetch(lora, tile, (from + next) * SHRINK_K, next % SHRINK_STAGES);
        }
        copies_commit();
        shrink_multiply(s % SHRINK_STAGES, m0, n0, live, sums);
    }
#pragma unroll
    for (int i = 0; i < SHRINK_WARP_M / 16; i++) {
#pragma unroll
        for (int j = 0; j < SHRINK_WARP_N / 8; j++) {
            int rank = tile.rank + n0 + j * 8 + lane % 4 * 2;
#pragma unroll
            for (int half = 0; half < 2; half++) {
                int row = tile.row + m0 + i * 16 + lane / 4 + half * 8;
                if (row < tile.rows && rank < lora.low_stride) {
                    long long token = tile.token + row;
                    long long at = (token * lora.modules + tile.module) * lora.low_stride + rank;
                    float2 pair = make_float2(sums[i][j][half * 2], sums[i][j][half * 2 + 1]);
                    if (lora.splits == 1) {
                        *reinterpret_cast<uint32*>(lora.low + at) = pack_pair(pair.x, pair.y);
                    } else {
                        at += (long long)split * lora.rows * lora.modules * lora.low_stride;
                        *reinterpret_cast<float2*>(lora.partial + at) = pair;
                    }
                }
            }
        }
    }
    if (lora.splits > 1) {
        shrink_combine(lora, tile);
    }
}

extern "C" __global__ void __launch_bounds__(THREADS, 2) lora_prefill_expand(LoraPrefill lora) {
    let_next_begin();
    int4 header = *lora.header;
    int4 work = blockIdx.z < header.x ? lora.chunks[2 * blockIdx.z] : make_int4(0, 0, 0, 0);
    int first_row = blockIdx.y * EXPAND;
    if (first_row >= work.y) {
        wait_for_previous();
        return;
    }
    float scaling = __int_as_float(lora.chunks[2 * blockIdx.z + 1].x);
    int column = blockIdx.x;  // of the tile, in tiles, then in columns of its module
    int module = 0;
    int start = lora.starts[0];
    int out = lora.starts[1] - start;
    if (column >= (out + EXPAND - 1) / EXPAND) {
        column -= (out + EXPAND - 1) / EXPAND;
        module = 1;
        start = lora.starts[1];
        out = lora.starts[2] - start;
        if (column >= (out + EXPAND - 1) / EXPAND) {
            column -= (out + EXPAND - 1) / EXPAND;
            module = 2;
            start = lora.starts[2];
            out = lora.starts[3] - start;
        }
    }
    column *= EXPAND;
    const elem* window = lora.arena + (((long long)header.w << 32) | (unsigned)header.z);
    const elem* b = window + (long long)work.z * lora.row_stride + pick(lora.b, module) + column;
    const elem* low = lora.low +
                      ((long long)(work.x + first_row) * lora.modules + module) * lora.low_stride;
    elem* y = lora.y + (work.x + first_row) * lora.y_stride + start + column;
    long long low_step = (long long)lora.modules * lora.low_stride;
    int rows = work.y - first_row;
    int columns = out - column;

    unsigned char* left_tile = tiles;
    unsigned char* right_tile = tiles + EXPAND * 256;
    int warp = threadIdx.x / WARP;
    int lane = threadIdx.x % WARP;
    int m0 = warp / 2 * 32;
    int n0 = warp % 2 * 64;
    float sums[2][8][4] = {};
    uint4 before[8];
    for (int r0 = 0; r0 < work.w; r0 += EXPAND) {
        int ranks = min(EXPAND, work.w - r0);
        int deep = (ranks + 15) / 16;
        __syncthreads();
        for (int i = threadIdx.x; i < deep * 16 * 16; i += THREADS) {
            int r = i / 16;
            int at = i % 16 * 8;
            bool there = r < ranks && at < columns;
            const elem* from = b + (there ? (r0 + r) * lora.row_stride + at : 0);
            copy16_or_zero(right_tile + tile_at<16>(r, i % 16), from, there);
        }
        if (r0 == 0) {
            wait_for_previous();
        }
#pragma unroll
        for (int i = threadIdx.x; i < EXPAND * 16; i += THREADS) {
            int row = i / 16;
            int at = i % 16 * 8;
            bool there = row < rows && at < ranks;
            const elem* from = low + (there ? row * low_step + r0 + at : 0);
            if (at < deep * 16) {
                copy16_or_zero(left_tile + tile_at<16>(row, i % 16), from, there);
            }
        }
        copies_commit();
        if (r0 == 0) {
#pragma unroll
            for (int i = 0; i < 8; i++) {
                int row = threadIdx.x / 16 + i * 16;
                int at = threadIdx.x % 16 * 8;
                before[i] = row < rows && at < columns ? read16(y + row * lora.y_stride + at)
                                                       : make_uint4(0, 0, 0, 0);
            }
        }
        copies_wait<0>();
        __syncthreads();
        for (int k = 0; k < deep; k++) {
            uint32 left[2][4];
#pragma unroll
            for (int i = 0; i < 2; i++) {
                matrices(left[i], shared_address(left_tile) +
                                      tile_at<16>(m0 + i * 16 + lane % 16, k * 2 + lane / 16));
            }
#pragma unroll
            for (int j = 0; j < 8; j += 2) {
                uint32 right[4];
                matrices_turned(right, shared_address(right_tile) +
                                           tile_at<16>(k * 16 + lane % 16, n0 / 8 + j + lane / 16));
#pragma unroll
                for (int i = 0; i < 2; i++) {
                    multiply(sums[i][j], left[i], right[0], right[1]);
                    multiply(sums[i][j + 1], left[i], right[2], right[3]);
                }
            }
        }
    }
    // through shared memory, so that y is read and written 16 bytes at a time
    float* sheet = reinterpret_cast<float*>(tiles);
    __syncthreads();
#pragma unroll
    for (int i = 0; i < 2; i++) {
#pragma unroll
        for (int j = 0; j < 8; j++) {
            float* at = sheet + (m0 + i * 16 + lane / 4) * EPILOGUE_STRIDE + n0 + j * 8 + lane % 4 * 2;
            *reinterpret_cast<float2*>(at) = make_float2(sums[i][j][0], sums[i][j][1]);
            *reinterpret_cast<float2*>(at + 8 * EPILOGUE_STRIDE) =
                make_float2(sums[i][j][2], sums[i][j][3]);
        }
    }
    __syncthreads();
#pragma unroll
    for (int i = 0; i < 8; i++) {
        int row = threadIdx.x / 16 + i * 16;
        int at = threadIdx.x % 16 * 8;
        if (row < rows && at < columns) {
            float numbers[8];
            unpack(before[i], numbers);
#pragma unroll
            for (int e = 0; e < 8; e++) {
                numbers[e] = fmaf(scaling, sheet[row * EPILOGUE_STRIDE + at + e], numbers[e]);
            }
            store16(y + row * lora.y_stride + at, numbers);
        }
    }
}

#endif
