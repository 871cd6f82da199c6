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
//   lora_prefill_expand  grid (sum over modules of ceil(out / 128), parts, chunk bucket), block 128,
//                        dynamic shared memory EXPAND_STAGES * 16,384 bytes. A block keeps the
//                        weights of 128 columns in registers and goes through every parts-th 32 rows
//                        of its chunk. Any number of parts gives the same bits; fastest is about
//                        3 * multiprocessors / (columns / 128 * chunks), at least 1.

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
#ifndef EXPAND_STAGES
#define EXPAND_STAGES 4
#endif
#ifndef EXPAND_RESIDENT
#define EXPAND_RESIDENT 3  // blocks a multiprocessor
#endif
#define EXPAND 128  // columns and ranks at a time of a block of the expansion
#define EXPAND_ROWS 32
#define EXPAND_THREADS 128
#define EXPAND_TILE (EXPAND_ROWS * 256)  // bytes: of low, and of y

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

__device__ __forceinline__ void shrink_fetch_x(
    const LoraPrefill& lora, const ShrinkTile& tile, int k, int stage) {
    unsigned char* at = tiles + stage * SHRINK_STAGE;
#pragma unroll
    for (int i = threadIdx.x; i < SHRINK_M * 8; i += THREADS) {
        int row = i / 8;
        int column = k + i % 8 * 8;
        bool there = tile.row + row < tile.rows && column < lora.in;
        const elem* from = tile.x + (there ? row * lora.x_stride + column : 0);
        copy16_async(at + tile_at<8>(row, i % 8), from, there);
    }
}

__device__ __forceinline__ void shrink_fetch_a(
    const LoraPrefill& lora, const ShrinkTile& tile, int k, int stage) {
    unsigned char* at = tiles + stage * SHRINK_STAGE + SHRINK_M * 128;
#pragma unroll
    for (int i = threadIdx.x; i < SHRINK_N * 8; i += THREADS) {
        int row = i / 8;
        int column = k + i % 8 * 8;
        bool there = tile.rank + row < tile.ranks && column < lora.in;
        const elem* from = tile.a + (there ? row * lora.row_stride + column : 0);
        copy16_async(at + tile_at<8>(row, i % 8), from, there);
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

// From the level-2 cache: what other blocks wrote.
__device__ __forceinline__ float4 fresh16(const float* from) {
    float4 four;
    asm volatile("ld.global.cg.v4.f32 {%0, %1, %2, %3}, [%4];"
                 : "=f"(four.x), "=f"(four.y), "=f"(four.z), "=f"(four.w)
                 : "l"(from));
    return four;
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
    // COMBINE loads of each split are under way together: one after another they would take longer
    // than the product.
    const int COMBINE = SHRINK_M * SHRINK_N / 4 / THREADS < 4 ? SHRINK_M * SHRINK_N / 4 / THREADS : 4;
    for (int first = threadIdx.x; first < SHRINK_M * SHRINK_N / 4; first += THREADS * COMBINE) {
        float4 sums[COMBINE];
        long long at[COMBINE];
        bool there[COMBINE];
#pragma unroll
        for (int c = 0; c < COMBINE; c++) {
            int i = first + c * THREADS;
            int row = tile.row + i / (SHRINK_N / 4);
            int rank = tile.rank + i % (SHRINK_N / 4) * 4;
            there[c] = row < tile.rows && rank < lora.low_stride && rank < (tile.ranks + 7) / 8 * 8;
            at[c] = ((long long)(tile.token + row) * lora.modules + tile.module) * lora.low_stride + rank;
            sums[c] = make_float4(0.0f, 0.0f, 0.0f, 0.0f);
        }
#pragma unroll 4
        for (int s = 0; s < lora.splits; s++) {
#pragma unroll
            for (int c = 0; c < COMBINE; c++) {
                if (there[c]) {
                    float4 more = fresh16(lora.partial + s * apart + at[c]);
                    sums[c].x += more.x;
                    sums[c].y += more.y;
                    sums[c].z += more.z;
                    sums[c].w += more.w;
                }
            }
        }
#pragma unroll
        for (int c = 0; c < COMBINE; c++) {
            if (there[c]) {
                *reinterpret_cast<uint2*>(lora.low + at[c]) = make_uint2(
                    pack_pair(sums[c].x, sums[c].y), pack_pair(sums[c].z, sums[c].w));
            }
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
    int4 work = chunk < header.x ? lora.chunks[2 * chunk] : make_int4(0, 0, 0, 0);
    tile.token = work.x;
    tile.rows = work.y;
    tile.ranks = work.w;
    if (tile.row >= tile.rows || tile.rank >= tile.ranks) {
        if (blockIdx.x == 0 && blockIdx.y == 0 && blockIdx.z == 0) {
            wait_for_previous();  // else the kernel after this one could overtake the one before
        }
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
            shrink_fetch_a(lora, tile, (from + s) * SHRINK_K, s);
        }
    }
    wait_for_previous();
#pragma unroll
    for (int s = 0; s < SHRINK_STAGES - 1; s++) {
        if (s < count) {
            shrink_fetch_x(lora, tile, (from + s) * SHRINK_K, s);
        }
        copies_commit();
    }
    for (int s = 0; s < count; s++) {
        copies_wait<SHRINK_STAGES - 2>();
        __syncthreads();
        int next = s + SHRINK_STAGES - 1;
        if (next < count) {
            shrink_fetch_x(lora, tile, (from + next) * SHRINK_K, next % SHRINK_STAGES);
            shrink_fetch_a(lora, tile, (from + next) * SHRINK_K, next % SHRINK_STAGES);
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

// What a block of the expansion works on.
struct ExpandTile {
    const elem* low;  // of the chunk's first row, the module and the first rank
    elem* y;          // of the chunk's first row and the tile's first column
    long long low_step;
    long long y_step;
    int rows;     // of the chunk
    int columns;  // from the tile's first to the module's last
    int ranks;
};

// The 16 bytes of y that a lane copies: row of 8, and piece of the warp's 4. Neighbours differ by four
// rows, which lie in different banks.
__device__ __forceinline__ int y_row(int lane) {
    return lane / 8 + lane / 4 % 2 * 4;
}

__device__ __forceinline__ void expand_fetch(const ExpandTile& tile, int first, int stage) {
    unsigned char* low_tile = tiles + stage * 2 * EXPAND_TILE;
    unsigned char* y_tile = low_tile + EXPAND_TILE;
    int warp = threadIdx.x / WARP;
    int lane = threadIdx.x % WARP;
#pragma unroll
    for (int i = 0; i < EXPAND_ROWS / 8; i++) {
        int row = i * 8 + y_row(lane);
        int piece = warp * 4 + lane % 4;
        bool there = first + row < tile.rows && piece * 8 < tile.columns;
        const elem* from = tile.y + (there ? (first + row) * tile.y_step + piece * 8 : 0);
        copy16_async(y_tile + tile_at<16>(row, piece), from, there);
    }
    int deep = (tile.ranks + 15) / 16;
    int piece = threadIdx.x % 16;
    if (piece < deep * 2) {
#pragma unroll
        for (int i = 0; i < EXPAND_ROWS * 16 / EXPAND_THREADS; i++) {
            int row = i * (EXPAND_THREADS / 16) + threadIdx.x / 16;
            bool there = first + row < tile.rows && piece * 8 < tile.ranks;
            const elem* from = tile.low + (there ? (first + row) * tile.low_step + piece * 8 : 0);
            copy16_async(low_tile + tile_at<16>(row, piece), from, there);
        }
    }
}

extern "C" __global__ void __launch_bounds__(EXPAND_THREADS, EXPAND_RESIDENT)
    lora_prefill_expand(LoraPrefill lora) {
    let_next_begin();
    int4 header = *lora.header;
    int4 work = blockIdx.z < header.x ? lora.chunks[2 * blockIdx.z] : make_int4(0, 0, 0, 0);
    int all = (work.y + EXPAND_ROWS - 1) / EXPAND_ROWS;
    if ((int)blockIdx.y >= all) {
        if (blockIdx.x == 0 && blockIdx.y == 0 && blockIdx.z == 0) {
            wait_for_previous();
        }
        return;
    }
    int parts = gridDim.y;
    int count = (all - (int)blockIdx.y + parts - 1) / parts;
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
    ExpandTile tile;
    const elem* low = lora.low + ((long long)work.x * lora.modules + module) * lora.low_stride;
    tile.low_step = (long long)lora.modules * lora.low_stride;
    tile.y = lora.y + work.x * lora.y_stride + start + column;
    tile.y_step = lora.y_stride;
    tile.rows = work.y;
    tile.columns = out - column;

    int warp = threadIdx.x / WARP;
    int lane = threadIdx.x % WARP;
    for (int r0 = 0; r0 < work.w; r0 += EXPAND) {
        tile.ranks = min(EXPAND, work.w - r0);
        tile.low = low + r0;
        int deep = (tile.ranks + 15) / 16;
        __syncthreads();
        for (int i = threadIdx.x; i < deep * 16 * 16; i += EXPAND_THREADS) {
            int r = i / 16;
            int at = i % 16 * 8;
            bool there = r < tile.ranks && at < tile.columns;
            const elem* from = b + (there ? (r0 + r) * lora.row_stride + at : 0);
            copy16_async(tiles + tile_at<16>(r, i % 16), from, there);
        }
        copies_commit();
        copies_wait<0>();
        __syncthreads();
        // 32 columns of a warp, all ranks
        uint32 right[EXPAND / 16][8];
#pragma unroll
        for (int k = 0; k < EXPAND / 16; k++) {
#pragma unroll
            for (int j = 0; j < 2; j++) {
                uint32 four[4] = {};
                if (k < deep) {
                    matrices_turned(four, shared_address(tiles) +
                                              tile_at<16>(k * 16 + lane % 16,
                                                          warp * 4 + j * 2 + lane / 16));
                }
#pragma unroll
                for (int e = 0; e < 4; e++) {
                    right[k][j * 4 + e] = four[e];
                }
            }
        }
        __syncthreads();
        if (r0 == 0) {
            wait_for_previous();
        } else {
            __threadfence();  // y of the ranks before
        }
#pragma unroll
        for (int s = 0; s < EXPAND_STAGES - 1; s++) {
            if (s < count) {
                expand_fetch(tile, (blockIdx.y + s * parts) * EXPAND_ROWS, s);
            }
            copies_commit();
        }
        for (int s = 0; s < count; s++) {
            copies_wait<EXPAND_STAGES - 2>();
            __syncthreads();
            int next = s + EXPAND_STAGES - 1;
            if (next < count) {
                expand_fetch(
                    tile, (blockIdx.y + next * parts) * EXPAND_ROWS, next % EXPAND_STAGES);
            }
            copies_commit();
            unsigned char* low_tile = tiles + s % EXPAND_STAGES * 2 * EXPAND_TILE;
            unsigned char* y_tile = low_tile + EXPAND_TILE;
#pragma unroll
            for (int m = 0; m < EXPAND_ROWS; m += 16) {
                float sums[4][4] = {};
#pragma unroll
                for (int k = 0; k < EXPAND / 16; k++) {
                    if (k < deep) {
                        uint32 left[4];
                        matrices(left, shared_address(low_tile) +
                                           tile_at<16>(m + lane % 16, k * 2 + lane / 16));
#pragma unroll
                        for (int j = 0; j < 4; j++) {
                            multiply(sums[j], left, right[k][j * 2], right[k][j * 2 + 1]);
                        }
                    }
                }
                // y where it lies in shared memory: no other warp has these columns
#pragma unroll
                for (int j = 0; j < 4; j++) {
#pragma unroll
                    for (int half = 0; half < 2; half++) {
                        uint32* at = reinterpret_cast<uint32*>(
                            y_tile + tile_at<16>(m + lane / 4 + half * 8, warp * 4 + j) +
                            lane % 4 * 4);
                        uint32 old = *at;
                        *at = pack_pair(
                            fmaf(scaling, sums[j][half * 2], __uint_as_float(old << 16)),
                            fmaf(scaling, sums[j][half * 2 + 1], __uint_as_float(old & 0xffff0000u)));
                    }
                }
            }
            __syncwarp();
            int first = (blockIdx.y + s * parts) * EXPAND_ROWS;
#pragma unroll
            for (int i = 0; i < EXPAND_ROWS / 8; i++) {
                int row = i * 8 + y_row(lane);
                int piece = warp * 4 + lane % 4;
                if (first + row < tile.rows && piece * 8 < tile.columns) {
                    *reinterpret_cast<uint4*>(tile.y + (first + row) * tile.y_step + piece * 8) =
                        *reinterpret_cast<const uint4*>(y_tile + tile_at<16>(row, piece));
                }
            }
        }
    }
}

#endif
