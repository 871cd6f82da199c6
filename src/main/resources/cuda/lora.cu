// LoRA of single-token rows with adapters of mixed ranks: y += scaling * (x A^T) B, for up to three
// modules that share x and whose outputs lie side by side in y (q k v; gate up; o; down). Every
// weight that the step's adapters have is read once for up to 8 rows of an adapter, and nothing else:
// no padding to a largest rank.
//
// The host makes a plan for each step, which all layers use; it lies in device memory, so a captured
// graph sees each step's own. A segment is an adapter with at most 8 of its rows in the batch (an
// adapter with more rows has several segments). All arrays of int4:
//
//   header          { shrink items, expand items, window: low half, high half }
//                   window = offset of window row 0 from `arena`, in elements (64 bits)
//   segments[2s]    { first window row, rank, first index into tokens, rows in the batch (1 to 8) }
//   segments[2s+1]  { bits of the float scaling, base of low, shrink items of the segment, 0 }
//                   base of low = sum of rank * rows over the segments before
//   tokens[]        (int) rows of x and y, segment by segment
//   shrink_items[]  { segment, first rank, window row of that rank, ranks (1 to 8) }
//   expand_items[]  { segment, first vector of 16 bytes among all columns of y that the launch
//                     covers, first window row of the segment, rank * 256 + log2 of lanes }
//                   lanes = 16 to 256 neighbouring vectors that the item updates
//
// The plan, for segments and the number of columns that a launch covers (shrink items are the same for
// all launches of a step; expand items differ by columns, not by layer):
//
//   for each segment, for r = 0, 8, 16 .. below its rank:
//     shrink item { segment, r, first window row + r, min(8, rank - r) }
//   for passes = 8, 4, 2, 1:
//     for each segment:
//       lanes = 256; while lanes > 16 and ceil(rank / (256 / lanes)) > passes: lanes /= 2
//       for v = 0, lanes, 2 lanes .. below columns / VEC: expand item { segment, v, .. }
//     stop if there are as many expand items as multiprocessors, else begin them again
//
// A block does one item and, of a shrink, one slice of SLICE numbers of `in`: 32 KiB of weights at most,
// which it asks for before it waits for the kernel before it. With programmatic dependent launch the
// weights of a launch thus stream in while the launch before still computes. Both products run on the
// tensor cores, so 8 rows cost about what one costs. The sums of slices are added up in order where the
// expansion reads them: the same input gives the same bits.
//
// The buffer low has (sum of rank * rows) * modules * slices floats, slices = ceil(in / SLICE). Sizes
// `in` and the column starts are multiples of VEC; x, y and window rows begin at multiples of 16 bytes.
//
//   lora_shrink   grid (bucket of shrink items, modules, slices), block 256, no dynamic shared memory
//   lora_expand   grid (bucket of expand items), block 256, no dynamic shared memory

#ifndef LORA_RESIDENT
#define LORA_RESIDENT 4  // blocks a multiprocessor
#endif
#ifndef SLICE
#define SLICE 2048  // numbers of `in` that a block multiplies
#endif
#define THREADS 256
#define WARPS (THREADS / WARP)
#define SEGMENT_ROWS 8
#define SHRINK_RANKS 8
#define PIECES 2048  // of 16 bytes: the weights that a block of the expansion holds

struct Lora {
    const elem* arena;
    const int4* header;
    const int4* segments;
    const int* tokens;
    const int4* shrink_items;
    const int4* expand_items;
    const elem* x;
    elem* y;
    float* low;
    int* unused;
    long long row_stride;  // of the window, in elements
    long long x_stride;
    long long y_stride;
    long long a[3];  // offset of the module's A in a window row, in elements, this layer's included
    long long b[3];  // of its B, transposed
    int in;          // length of a row of A
    int modules;     // 1 to 3
    int starts[4];   // first column of each module in y, then the end; unused ones repeat the end
};

__device__ __forceinline__ const elem* window_of(const Lora& lora, const int4& header) {
    return lora.arena + (((long long)header.w << 32) | (unsigned)header.z);
}

__device__ __forceinline__ long long pick(const long long (&of)[3], int module) {
    return module == 0 ? of[0] : module == 1 ? of[1] : of[2];
}

__device__ __forceinline__ int slices_of(const Lora& lora) {
    return (lora.in + SLICE - 1) / SLICE;
}

// From the level-2 cache, and not before wait_for_previous: what other kernels of the step wrote.
__device__ __forceinline__ uint32 fresh4(const void* from) {
    uint32 raw;
    asm volatile("ld.global.cg.u32 %0, [%1];" : "=r"(raw) : "l"(from));
    return raw;
}

__device__ __forceinline__ uint4 fresh16(const void* from) {
    uint4 raw;
    asm volatile("ld.global.cg.v4.u32 {%0, %1, %2, %3}, [%4];"
                 : "=r"(raw.x), "=r"(raw.y), "=r"(raw.z), "=r"(raw.w)
                 : "l"(from));
    return raw;
}

// Where the numbers of a segment's slice begin: [row][rank].
__device__ __forceinline__ long long low_at(
    const Lora& lora, const int4& segment, int base, int module, int slice) {
    int slices = slices_of(lora);
    return (long long)base * lora.modules * slices +
           (long long)(module * slices + slice) * segment.w * segment.y;
}

// The number between the products, of all slices together.
__device__ __forceinline__ float low_sum(const float* from, int slices, long long apart) {
    float sum = 0.0f;
#pragma unroll 4
    for (int s = 0; s < slices; s++) {
        sum += __uint_as_float(fresh4(from + s * apart));
    }
    return sum;
}

#if ELEM_BF16

__device__ __forceinline__ void multiply(
    float (&c)[4], uint32 a0, uint32 a1, uint32 a2, uint32 a3, uint32 b0, uint32 b1) {
    asm volatile(
        "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, "
        "{%8, %9}, {%0, %1, %2, %3};"
        : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
        : "r"(a0), "r"(a1), "r"(a2), "r"(a3), "r"(b0), "r"(b1));
}

#define SHRINK_PITCH (SLICE * 2 + 64)  // bytes; 64 keeps two ranks apart in the banks

extern "C" __global__ void __launch_bounds__(THREADS, LORA_RESIDENT) lora_shrink(Lora lora) {
    __shared__ __align__(128) unsigned char weights[SHRINK_RANKS * SHRINK_PITCH];
    __shared__ float parts[WARPS][SEGMENT_ROWS * SHRINK_RANKS];
    let_next_begin();
    int4 header = *lora.header;
    if (blockIdx.x >= header.x) {
        if (blockIdx.x == 0) {
            wait_for_previous();  // else the kernel after this one could overtake the one before
        }
        return;
    }
    int4 item = lora.shrink_items[blockIdx.x];
    int module = blockIdx.y;
    int slice = blockIdx.z;
    int begin = slice * SLICE;
    int vectors = min(SLICE, lora.in - begin) / VEC;
    const elem* a = window_of(lora, header) + (long long)item.z * lora.row_stride +
                    pick(lora.a, module) + begin;
#pragma unroll
    for (int i = 0; i < SHRINK_RANKS * SLICE / VEC / THREADS; i++) {
        int r = (i * THREADS + threadIdx.x) / (SLICE / VEC);
        int v = (i * THREADS + threadIdx.x) % (SLICE / VEC);
        if (r < item.w && v < vectors) {
            copy16_async(weights + r * SHRINK_PITCH + v * 16, a + r * lora.row_stride + v * VEC);
        }
    }
    copies_commit();
    int4 segment = lora.segments[2 * item.x];
    int4 more = lora.segments[2 * item.x + 1];
    int warp = threadIdx.x / WARP;
    int lane = threadIdx.x % WARP;
    int row = lane / 4;  // of x, and rank of the weights
    bool live = row < segment.w;
    const elem* x = lora.x + begin;
    if (live) {
        x += lora.tokens[segment.z + row] * lora.x_stride;
    }
    wait_for_previous();
    // A step multiplies 32 numbers of `in`: lane % 4 says which 8, in whatever order the tensor core
    // takes them, the same for x and the weights.
    const int steps = SLICE / VEC / 4 / WARPS;
    uint4 numbers[steps];
#pragma unroll
    for (int i = 0; i < steps; i++) {
        int v = (warp + i * WARPS) * 4 + lane % 4;
        numbers[i] = live && v < vectors ? fresh16(x + v * VEC) : make_uint4(0, 0, 0, 0);
    }
    copies_wait<0>();
    __syncthreads();
    float sums[4] = {};
    float others[4] = {};  // two chains of products take half as long as one
#pragma unroll
    for (int i = 0; i < steps; i++) {
        int v = (warp + i * WARPS) * 4 + lane % 4;
        uint4 w = make_uint4(0, 0, 0, 0);
        if (row < item.w && v < vectors) {
            w = *reinterpret_cast<const uint4*>(weights + row * SHRINK_PITCH + v * 16);
        }
        multiply(sums, numbers[i].x, 0, numbers[i].y, 0, w.x, w.y);
        multiply(others, numbers[i].z, 0, numbers[i].w, 0, w.z, w.w);
    }
    *reinterpret_cast<float2*>(&parts[warp][row * SHRINK_RANKS + lane % 4 * 2]) =
        make_float2(sums[0] + others[0], sums[1] + others[1]);
    __syncthreads();
    int t = threadIdx.x / SHRINK_RANKS;
    int r = threadIdx.x % SHRINK_RANKS;
    if (t < segment.w && r < item.w) {
        float sum = 0.0f;
#pragma unroll
        for (int i = 0; i < WARPS; i++) {
            sum += parts[i][threadIdx.x];
        }
        lora.low[low_at(lora, segment, more.y, module, slice) + t * segment.y + item.y + r] = sum;
    }
}

#define MOST_RANKS (PIECES / 16)  // at a time
#define LOW_PITCH (MOST_RANKS + 8)

// The block updates lanes * VEC columns of the segment's rows: nobody else touches these.
extern "C" __global__ void __launch_bounds__(THREADS, LORA_RESIDENT) lora_expand(Lora lora) {
    __shared__ __align__(128) unsigned char weights[PIECES * 16];
    // low as the sum of two bfloat16, [row][rank]: to the tensor core they are rows 0 to 7 and 8 to 15
    __shared__ __align__(16) unsigned short coarse[SEGMENT_ROWS * LOW_PITCH];
    __shared__ __align__(16) unsigned short fine[SEGMENT_ROWS * LOW_PITCH];
    let_next_begin();
    int4 header = *lora.header;
    if (blockIdx.x >= header.y) {
        if (blockIdx.x == 0) {
            wait_for_previous();
        }
        return;
    }
    int4 item = lora.expand_items[blockIdx.x];
    int rank = item.w >> 8;
    int shift = item.w & 255;
    int lanes = 1 << shift;
    int deepest = PIECES >> shift;  // ranks at a time: 8 to 128
    int end = lora.starts[3] / VEC;
    int own = threadIdx.x & (lanes - 1);  // the vector that this thread copies, of every rank
    bool there = item.y + own < end;
    const elem* b = window_of(lora, header) + (long long)item.z * lora.row_stride;
    if (there) {
        int column = (item.y + own) * VEC;
        int module = (column >= lora.starts[1]) + (column >= lora.starts[2]);
        int start = module == 0 ? lora.starts[0] : module == 1 ? lora.starts[1] : lora.starts[2];
        b += pick(lora.b, module) + column - start;
    }
    int4 segment;
    int4 more;
    int token = 0;
    int slices = slices_of(lora);
    int warp = threadIdx.x / WARP;
    int lane = threadIdx.x % WARP;
    // A module's columns may end within the item; low then differs by column.
    int first_module = 0;
    int last_module = 0;
    {
        int first = item.y * VEC;
        int last = (min(item.y + lanes, end) - 1) * VEC;
        first_module = (first >= lora.starts[1]) + (first >= lora.starts[2]);
        last_module = (last >= lora.starts[1]) + (last >= lora.starts[2]);
    }
    for (int r0 = 0; r0 < rank; r0 += deepest) {
        int ranks = min(deepest, rank - r0);
        int tall = (ranks + 15) / 16 * 16;
        __syncthreads();
#pragma unroll
        for (int i = 0; i < PIECES / THREADS; i++) {
            int r = (i * THREADS + threadIdx.x) >> shift;
            if (r < ranks) {
                copy16_async(
                    weights + ((r << shift) + (own ^ (r & 7))) * 16,
                    b + (there ? (r0 + r) * lora.row_stride : 0),
                    there);
            }
        }
        copies_commit();
        if (r0 == 0) {
            segment = lora.segments[2 * item.x];
            more = lora.segments[2 * item.x + 1];
            if (lane / 4 < segment.w) {
                token = lora.tokens[segment.z + lane / 4];
            }
            wait_for_previous();
        }
        float scaling = __int_as_float(more.x);
        for (int module = first_module; module <= last_module; module++) {
            __syncthreads();
            const float* low = lora.low + low_at(lora, segment, more.y, module, 0) + r0;
            long long apart = (long long)segment.w * rank;
#pragma unroll
            for (int i = 0; i < MOST_RANKS / WARP; i++) {
                int r = i * WARP + lane;
                if (r < tall) {
                    float sum = 0.0f;
                    if (warp < segment.w && r < ranks) {
                        sum = low_sum(low + warp * rank + r, slices, apart);
                    }
                    float high = rounded(sum);
                    coarse[warp * LOW_PITCH + r] = store(high).bits;
                    fine[warp * LOW_PITCH + r] = store(sum - high).bits;
                }
            }
            copies_wait<0>();
            __syncthreads();
            // 16 columns at a time
            for (int v = warp * 2; v < lanes; v += WARPS * 2) {
                int column = (item.y + v) * VEC;
                if (item.y + v >= end) {
                    break;
                }
                bool mine[2];
                uint32 before[2];
                elem* y = lora.y + token * lora.y_stride + column + lane % 4 * 2;
#pragma unroll
                for (int j = 0; j < 2; j++) {
                    int at = column + j * VEC;
                    mine[j] = lane / 4 < segment.w && item.y + v + j < end &&
                              (at >= lora.starts[1]) + (at >= lora.starts[2]) == module;
                    before[j] = mine[j] ? fresh4(y + j * VEC) : 0;
                }
                float sums[2][4] = {};
                for (int k = 0; k < tall; k += 16) {
                    const uint32* high = reinterpret_cast<const uint32*>(
                        coarse + lane / 4 * LOW_PITCH + k + lane % 4 * 2);
                    const uint32* rest = reinterpret_cast<const uint32*>(
                        fine + lane / 4 * LOW_PITCH + k + lane % 4 * 2);
                    // ranks beyond the last one: any finite weights do, low is 0 there
                    int r = min(k + lane % 16, ranks - 1);
                    uint32 w[4];
                    uint32 from = shared_address(
                        weights + ((r << shift) + ((v + lane / 16) ^ (r & 7))) * 16);
                    asm volatile(
                        "ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
                        : "=r"(w[0]), "=r"(w[1]), "=r"(w[2]), "=r"(w[3])
                        : "r"(from)
                        : "memory");
                    multiply(sums[0], high[0], rest[0], high[4], rest[4], w[0], w[1]);
                    multiply(sums[1], high[0], rest[0], high[4], rest[4], w[2], w[3]);
                }
#pragma unroll
                for (int j = 0; j < 2; j++) {
                    if (mine[j]) {
                        float low0 = sums[j][0] + sums[j][2];
                        float low1 = sums[j][1] + sums[j][3];
                        float old0 = __uint_as_float(before[j] << 16);
                        float old1 = __uint_as_float(before[j] & 0xffff0000u);
                        *reinterpret_cast<uint32*>(y + j * VEC) =
                            pack_pair(fmaf(scaling, low0, old0), fmaf(scaling, low1, old1));
                    }
                }
            }
        }
    }
}

#else

// Floats: without tensor cores. A warp takes one rank.
extern "C" __global__ void __launch_bounds__(THREADS, 2) lora_shrink(Lora lora) {
    let_next_begin();
    int4 header = *lora.header;
    wait_for_previous();
    if (blockIdx.x >= header.x) {
        return;
    }
    int4 item = lora.shrink_items[blockIdx.x];
    int warp = threadIdx.x / WARP;
    int lane = threadIdx.x % WARP;
    if (warp >= item.w) {
        return;
    }
    int4 segment = lora.segments[2 * item.x];
    int4 more = lora.segments[2 * item.x + 1];
    int module = blockIdx.y;
    int begin = blockIdx.z * SLICE;
    int vectors = min(SLICE, lora.in - begin) / VEC;
    const elem* a = window_of(lora, header) + (long long)(item.z + warp) * lora.row_stride +
                    pick(lora.a, module) + begin;
    float* low = lora.low + low_at(lora, segment, more.y, module, blockIdx.z) + item.y + warp;
    float sums[SEGMENT_ROWS] = {};
    for (int v = lane; v < vectors; v += WARP) {
        float weights[VEC];
        load16(a + v * VEC, weights);
#pragma unroll
        for (int t = 0; t < SEGMENT_ROWS; t++) {
            if (t < segment.w) {
                float numbers[VEC];
                load16(lora.x + lora.tokens[segment.z + t] * lora.x_stride + begin + v * VEC, numbers);
#pragma unroll
                for (int e = 0; e < VEC; e++) {
                    sums[t] = fmaf(weights[e], numbers[e], sums[t]);
                }
            }
        }
    }
#pragma unroll
    for (int t = 0; t < SEGMENT_ROWS; t++) {
        float sum = warp_sum(sums[t]);
        if (lane == 0 && t < segment.w) {
            low[t * segment.y] = sum;
        }
    }
}

extern "C" __global__ void __launch_bounds__(THREADS, 2) lora_expand(Lora lora) {
    let_next_begin();
    int4 header = *lora.header;
    wait_for_previous();
    if (blockIdx.x >= header.y) {
        return;
    }
    int4 item = lora.expand_items[blockIdx.x];
    int rank = item.w >> 8;
    int lanes = 1 << (item.w & 255);
    int4 segment = lora.segments[2 * item.x];
    int4 more = lora.segments[2 * item.x + 1];
    int slices = slices_of(lora);
    long long apart = (long long)segment.w * rank;
    const elem* window = window_of(lora, header) + (long long)item.z * lora.row_stride;
    int last = min(lora.starts[3], (item.y + lanes) * VEC);
    for (int column = item.y * VEC + threadIdx.x; column < last; column += THREADS) {
        int module = (column >= lora.starts[1]) + (column >= lora.starts[2]);
        int start = module == 0 ? lora.starts[0] : module == 1 ? lora.starts[1] : lora.starts[2];
        const elem* b = window + pick(lora.b, module) + column - start;
        const float* low = lora.low + low_at(lora, segment, more.y, module, 0);
        float sums[SEGMENT_ROWS] = {};
        for (int r = 0; r < rank; r++) {
            float weight = b[r * lora.row_stride];
#pragma unroll
            for (int t = 0; t < SEGMENT_ROWS; t++) {
                if (t < segment.w) {
                    sums[t] = fmaf(low_sum(low + t * rank + r, slices, apart), weight, sums[t]);
                }
            }
        }
#pragma unroll
        for (int t = 0; t < SEGMENT_ROWS; t++) {
            if (t < segment.w) {
                elem* y = lora.y + lora.tokens[segment.z + t] * lora.y_stride + column;
                *y = fmaf(__int_as_float(more.x), sums[t], *y);
            }
        }
    }
}

#endif
