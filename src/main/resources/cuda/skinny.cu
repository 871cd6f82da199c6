// Linear layers for a few rows (1 to 8): as fast as the weights can be read.
//
// Two kernels of one kind: skinny (y of elements) and skinny_float (y of floats, for logits).
// The weights come through slots of shared memory, each lane fetching 16 bytes at a time for itself,
// STAGES - 1 steps ahead across the borders of tiles; the first ones before the kernel before this has
// finished. Products on the matrix units (m16n8k16), weight rows as m, rows of x as n; the order of a
// sum's terms being free, operands need no exchange between lanes.
//
// A tile is 16 weight rows; its WARPS warps take turns along k and add up at the end.

#define MAX_ROWS 8
#define TILE_ROWS 16

__device__ __forceinline__ void put(elem* to, float value, int accumulate) {
    *to = store(accumulate ? load(*to) + value : value);
}

#if ELEM_BF16
__device__ __forceinline__ void put(float* to, float value, int accumulate) {
    *to = accumulate ? *to + value : value;
}

#define STEP_VECTORS 4  // of 32 elements of k
#define STEP (STEP_VECTORS * 32)
#define STAGE_BYTES (TILE_ROWS * STEP * 2)

__device__ __forceinline__ void multiply(float* c, uint32 a0, uint32 a1, uint32 a2, uint32 a3,
                                         uint32 b0, uint32 b1) {
    asm volatile(
        "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, "
        "{%8, %9}, {%0, %1, %2, %3};"
        : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
        : "r"(a0), "r"(a1), "r"(a2), "r"(a3), "r"(b0), "r"(b1));
}

// Where along this block's tiles a warp is: tile, and step within it.
struct Place {
    int tile;
    int step;

    __device__ __forceinline__ void advance(int steps) {
        if (++step == steps) {
            step = 0;
            tile += gridDim.x;
        }
    }
};

template <int WARPS>
__device__ __forceinline__ void fetch(const elem* w, int n, int k, Place at, char* slot) {
    int lane = threadIdx.x % WARP;
    int column = (at.step * WARPS + threadIdx.x / WARP) * STEP + (lane % 4) * 8;
    int row = at.tile * TILE_ROWS + lane / 4;
    const elem* first = w + (long)min(row, n - 1) * k + column;
    const elem* second = w + (long)min(row + 8, n - 1) * k + column;
#pragma unroll
    for (int i = 0; i < STEP_VECTORS; i++) {
        bool valid = column + i * 32 < k;
        copy16_async(slot + (2 * i) * 512 + lane * 16, valid ? first + i * 32 : w, valid);
        copy16_async(slot + (2 * i + 1) * 512 + lane * 16, valid ? second + i * 32 : w, valid);
    }
}

template <int WARPS>
__device__ __forceinline__ void fetch_x(const elem* x, int rows, int k, int step, uint4* to) {
    int lane = threadIdx.x % WARP;
    int column = (step * WARPS + threadIdx.x / WARP) * STEP + (lane % 4) * 8;
    int row = lane / 4;
#pragma unroll
    for (int i = 0; i < STEP_VECTORS; i++) {
        bool valid = row < rows && column + i * 32 < k;
        to[i] = valid ? read16(x + (long)row * k + column + i * 32) : make_uint4(0, 0, 0, 0);
    }
}

template <int WARPS, int STAGES, typename Out>
__device__ __forceinline__ void linear(const elem* x, const elem* w, const elem* bias, Out* y,
                                       int rows, int n, int k, int accumulate) {
    extern __shared__ __align__(128) char shared[];
    __shared__ float sums[2][WARPS][TILE_ROWS][MAX_ROWS];
    int lane = threadIdx.x % WARP;
    int warp = threadIdx.x / WARP;
    char* slots = shared + warp * STAGES * STAGE_BYTES;
    int tiles = (n + TILE_ROWS - 1) / TILE_ROWS;
    int steps = (k + STEP * WARPS - 1) / (STEP * WARPS);
    Place ahead = {(int)blockIdx.x, 0};
#pragma unroll
    for (int s = 0; s < STAGES - 1; s++) {
        if (ahead.tile < tiles) {
            fetch<WARPS>(w, n, k, ahead, slots + s * STAGE_BYTES);
            ahead.advance(steps);
        }
        copies_commit();
    }
    let_next_begin();
    wait_for_previous();
    uint4 next[STEP_VECTORS];
    fetch_x<WARPS>(x, rows, k, 0, next);
    int stage = 0;
    int buffer = 0;
    for (int tile = blockIdx.x; tile < tiles; tile += gridDim.x) {
        float even[4] = {};
        float odd[4] = {};
        for (int step = 0; step < steps; step++) {
            uint4 b[STEP_VECTORS];
#pragma unroll
            for (int i = 0; i < STEP_VECTORS; i++) {
                b[i] = next[i];
            }
            fetch_x<WARPS>(x, rows, k, step + 1 == steps ? 0 : step + 1, next);
            copies_wait<STAGES - 2>();
            if (ahead.tile < tiles) {
                int free = stage == 0 ? STAGES - 1 : stage - 1;
                fetch<WARPS>(w, n, k, ahead, slots + free * STAGE_BYTES);
                ahead.advance(steps);
            }
            copies_commit();
            const char* slot = slots + stage * STAGE_BYTES;
#pragma unroll
            for (int i = 0; i < STEP_VECTORS; i++) {
                uint4 p = *reinterpret_cast<const uint4*>(slot + (2 * i) * 512 + lane * 16);
                uint4 q = *reinterpret_cast<const uint4*>(slot + (2 * i + 1) * 512 + lane * 16);
                multiply(even, p.x, q.x, p.y, q.y, b[i].x, b[i].y);
                multiply(odd, p.z, q.z, p.w, q.w, b[i].z, b[i].w);
            }
            stage = stage == STAGES - 1 ? 0 : stage + 1;
        }
        int octet = lane / 4;
        int quad = lane % 4;
        sums[buffer][warp][octet][2 * quad] = even[0] + odd[0];
        sums[buffer][warp][octet][2 * quad + 1] = even[1] + odd[1];
        sums[buffer][warp][octet + 8][2 * quad] = even[2] + odd[2];
        sums[buffer][warp][octet + 8][2 * quad + 1] = even[3] + odd[3];
        __syncthreads();
        int row = threadIdx.x / TILE_ROWS;
        int column = tile * TILE_ROWS + threadIdx.x % TILE_ROWS;
        if (row < rows && row < MAX_ROWS && column < n) {
            float value = bias == nullptr ? 0.0f : load(bias[column]);
#pragma unroll
            for (int i = 0; i < WARPS; i++) {
                value += sums[buffer][i][threadIdx.x % TILE_ROWS][row];
            }
            put(y + (long)row * n + column, value, accumulate);
        }
        buffer ^= 1;
    }
    copies_wait<0>();
}

#else
// In float: a warp a weight row. Exact rather than fast.
template <int WARPS, int STAGES, typename Out>
__device__ __forceinline__ void linear(const elem* x, const elem* w, const elem* bias, Out* y,
                                       int rows, int n, int k, int accumulate) {
    wait_for_previous();
    let_next_begin();
    int lane = threadIdx.x % WARP;
    for (long column = blockIdx.x * WARPS + threadIdx.x / WARP; column < n;
         column += (long)gridDim.x * WARPS) {
        float sums[MAX_ROWS] = {};
        for (int i = lane * VEC; i < k; i += WARP * VEC) {
            float weights[VEC];
            load16(w + column * k + i, weights);
#pragma unroll
            for (int row = 0; row < MAX_ROWS; row++) {
                if (row < rows) {
                    float v[VEC];
                    load16(x + (long)row * k + i, v);
#pragma unroll
                    for (int j = 0; j < VEC; j++) {
                        sums[row] += v[j] * weights[j];
                    }
                }
            }
        }
#pragma unroll
        for (int row = 0; row < MAX_ROWS; row++) {
            float value = warp_sum(sums[row]);
            if (lane == 0 && row < rows) {
                value += bias == nullptr ? 0.0f : load(bias[column]);
                put(y + (long)row * n + column, value, accumulate);
            }
        }
    }
}
#endif

// y[r][c] (+)= bias[c] + sum over i of x[r][i] * w[c][i], for 1 to 8 rows; x is [rows][k], w [n][k], y
// [rows][n], bias [n] or null; accumulate: 1 adds to y. k is a multiple of VEC, n is any; x and w start
// at 16-byte addresses.
//
// Two builds, W warps and S stages: skinny, skinny_float W = 4, S = 4 (64 KiB, 3 blocks a
// multiprocessor); skinny_w8s3, skinny_float_w8s3 W = 8, S = 3 (96 KiB, 2 blocks). Best by measurement
// on an H200: w8s3 for k > 4,096, for n <= 8,192, and for n > 24,576 from 3 rows on; else w4s4.
// Grid: min(ceil(n / 16), resident blocks), block 32 * W; dynamic shared memory, bf16: W * S * 4,096
// bytes, float: none. Any grid is right.
#define SKINNY(name, Out, W, S)                                                                   \
    extern "C" __global__ void __launch_bounds__(32 * W, 1)                                       \
    name(const elem* x, const elem* w, const elem* bias, Out* y, int rows, int n, int k,          \
         int accumulate) {                                                                        \
        linear<W, S>(x, w, bias, y, rows, n, k, accumulate);                                      \
    }

SKINNY(skinny, elem, 4, 4)
SKINNY(skinny_float, float, 4, 4)
SKINNY(skinny_w8s3, elem, 8, 3)
SKINNY(skinny_float_w8s3, float, 8, 3)
