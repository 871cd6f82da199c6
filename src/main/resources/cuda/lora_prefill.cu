// The second product of LoRA for prefill chunks, on the tensor cores: y += scaling * low B, for chunks
// of many rows, each with one adapter, and up to three modules that share x and whose outputs lie side
// by side in y. The first one, low = x A^T, is cuBLAS's. bfloat16 alone; float mode and very short
// chunks use lora.cu with a chunk's rows cut into segments of 8.
//
//   header     (int4) { chunks, 0, 0, 0 }
//   chunks[c]  { first row in the batch, rows, bits of the float scaling, 0 }
//   places[place_pitch * c + m]  of module m of the launch: where its B, transposed, is, as a place in
//              lora.cu, and its rank, 0 if the adapter lacks it
//
// low is bfloat16, [row of the batch][module][low_stride]; low_stride a multiple of 8, at least the
// largest rank. The column starts and all strides are multiples of 8.
//
//   lora_prefill_expand  grid (sum over modules of ceil(out / 128), parts, chunk bucket), block 128,
//                        dynamic shared memory EXPAND_STAGES * 16,384 bytes. A block keeps the
//                        weights of 128 columns in registers and goes through every parts-th 32 rows
//                        of its chunk. Any number of parts gives the same bits; fastest is about
//                        3 * multiprocessors / (columns / 128 * chunks), at least 1.

#if ELEM_BF16

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
    const int4* places;
    elem* y;
    const elem* low;
    long long y_stride;
    int layer;
    int modules;
    int starts[4];  // first column of each module in y, then the end; unused ones repeat the end
    int low_stride;
    int place_pitch;
};

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
    int chunk = blockIdx.z;
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
    bool there = chunk < lora.header->x;
    int4 work = there ? lora.chunks[chunk] : make_int4(0, 0, 0, 0);
    int4 place =
        there ? lora.places[lora.place_pitch * chunk + module] : make_int4(0, 0, 0, 0);
    int all = place.w == 0 ? 0 : (work.y + EXPAND_ROWS - 1) / EXPAND_ROWS;
    if ((int)blockIdx.y >= all) {
        if (blockIdx.x == 0 && blockIdx.y == 0 && blockIdx.z == 0) {
            wait_for_previous();  // else the kernel after this one could overtake the one before
        }
        return;
    }
    int parts = gridDim.y;
    int count = (all - (int)blockIdx.y + parts - 1) / parts;
    float scaling = __int_as_float(work.z);
    const elem* b = lora.arena + (((long long)place.y << 32) | (unsigned)place.x) +
                    (long long)lora.layer * place.z + column;
    ExpandTile tile;
    const elem* low = lora.low + ((long long)work.x * lora.modules + module) * lora.low_stride;
    tile.low_step = (long long)lora.modules * lora.low_stride;
    tile.y = lora.y + work.x * lora.y_stride + start + column;
    tile.y_step = lora.y_stride;
    tile.rows = work.y;
    tile.columns = out - column;

    int warp = threadIdx.x / WARP;
    int lane = threadIdx.x % WARP;
    for (int r0 = 0; r0 < place.w; r0 += EXPAND) {
        tile.ranks = min(EXPAND, place.w - r0);
        tile.low = low + r0;
        int deep = (tile.ranks + 15) / 16;
        __syncthreads();
        for (int i = threadIdx.x; i < deep * 16 * 16; i += EXPAND_THREADS) {
            int r = i / 16;
            int at = i % 16 * 8;
            bool there = r < tile.ranks && at < tile.columns;
            const elem* from = b + (there ? (long long)(r0 + r) * out + at : 0);
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
