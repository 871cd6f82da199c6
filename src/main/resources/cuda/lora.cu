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
//                   lanes = 16 to 256 neighbouring vectors that the item updates; the block's other
//                   threads split the ranks
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
// So an expand item is about 32 KiB of weights, 8 loads in flight for each thread, whatever its rank,
// and small batches are cut finer. Launches of any order and size give the same bits, except that
// `passes` decides in what order ranks are added up.
//
// The buffer low has (sum of rank * rows) * modules
// floats. Sizes `in` and the column starts are multiples of VEC; x, y and window rows begin at
// multiples of 16 bytes.
//
// Two ways to launch, the same results bit for bit:
//   lora_shrink   grid (bucket of shrink items, modules), block 256, no dynamic shared memory; then
//   lora_expand   grid (bucket of expand items), block 256; with programmatic dependent launch it
//                 reads its weights while lora_shrink still works.
//   lora_fused    grid = resident blocks at most (occupancy * multiprocessors; fewer is right too),
//                 block 256; ready[segment] = 0 before the launch.

#ifndef LORA_BATCH
#define LORA_BATCH 8  // vectors that a thread has in flight
#endif
#ifndef LORA_RESIDENT
#define LORA_RESIDENT 4  // blocks a multiprocessor
#endif
#define THREADS 256
#define SEGMENT_ROWS 8

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
    int* ready;            // lora_fused alone
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

__device__ __forceinline__ float read_fresh(const float* from) {
    float value;
    asm volatile("ld.global.cg.f32 %0, [%1];" : "=f"(value) : "l"(from) : "memory");
    return value;
}

__device__ __forceinline__ long long pick(const long long (&of)[3], int module) {
    return module == 0 ? of[0] : module == 1 ? of[1] : of[2];
}

__device__ __forceinline__ void fetch_a(const elem* row, int vector, int vectors, uint4* w) {
#pragma unroll
    for (int i = 0; i < LORA_BATCH; i++) {
        int at = vector + i * WARP;
        w[i] = at < vectors ? stream16(row + (long long)at * VEC) : make_uint4(0, 0, 0, 0);
    }
}

// A warp takes one rank. Returns the segment.
template <bool FIRST>
__device__ __forceinline__ int shrink(const Lora& lora, const elem* window, int index, int module) {
    int4 item = lora.shrink_items[index];
    int warp = threadIdx.x / WARP;
    int lane = threadIdx.x % WARP;
    bool live = warp < item.w;
    int vectors = lora.in / VEC;
    const elem* row =
        window + (long long)(item.z + warp) * lora.row_stride + pick(lora.a, module);
    uint4 w[LORA_BATCH];
    if (live) {
        fetch_a(row, lane, vectors, w);
    }
    int4 segment = lora.segments[2 * item.x];
    int4 more = lora.segments[2 * item.x + 1];
    if (FIRST) {
        wait_for_previous();
    }
    if (!live) {
        return item.x;
    }
    int rows = segment.w;
    float sums[SEGMENT_ROWS];
#pragma unroll
    for (int t = 0; t < SEGMENT_ROWS; t++) {
        sums[t] = 0.0f;
    }
    for (int vector = lane;;) {
#pragma unroll
        for (int t = 0; t < SEGMENT_ROWS; t++) {
            if (t < rows) {
                const elem* x = lora.x + lora.tokens[segment.z + t] * lora.x_stride;
#pragma unroll
                for (int i = 0; i < LORA_BATCH; i++) {
                    int at = vector + i * WARP;
                    if (at < vectors) {
                        float wide[VEC];
                        float numbers[VEC];
                        load16(x + at * VEC, numbers);
                        unpack(w[i], wide);
#pragma unroll
                        for (int e = 0; e < VEC; e++) {
                            sums[t] = fmaf(wide[e], numbers[e], sums[t]);
                        }
                    }
                }
            }
        }
        vector += LORA_BATCH * WARP;
        if (vector - lane >= vectors) {
            break;
        }
        fetch_a(row, vector, vectors, w);
    }
    float* low = lora.low + (long long)more.y * lora.modules +
                 (long long)module * rows * segment.y + item.y + warp;
#pragma unroll
    for (int t = 0; t < SEGMENT_ROWS; t++) {
        if (t < rows) {
            float sum = warp_sum(sums[t]);
            if (lane == 0) {
                low[t * segment.y] = sum;
            }
        }
    }
    return item.x;
}

__device__ __forceinline__ void fetch_b(
    const elem* from, long long step, int first, int groups, int rank, bool live, uint4* w) {
#pragma unroll
    for (int p = 0; p < 8; p++) {
        int r = first + p * groups;
        w[p] = live && r < rank ? stream16(from + r * step) : make_uint4(0, 0, 0, 0);
    }
}

// Waits for all of the segment's low numbers from other blocks of this launch.
__device__ __forceinline__ void await(const int* ready, int expected) {
    if (threadIdx.x == 0) {
        int seen;
        do {
            asm volatile("ld.global.acquire.gpu.s32 %0, [%1];" : "=r"(seen) : "l"(ready) : "memory");
        } while (seen < expected);
    }
    __syncthreads();
}

// The block updates lanes * VEC columns of the segment's rows: nobody else touches these.
template <bool FUSED>
__device__ __forceinline__ void expand(
    const Lora& lora, const elem* window, int index, float* partial) {
    int4 item = lora.expand_items[index];
    int rank = item.w >> 8;
    int shift = item.w & 255;
    int lanes = 1 << shift;
    int groups = THREADS >> shift;
    int group = threadIdx.x >> shift;
    int column = (item.y + (threadIdx.x & (lanes - 1))) * VEC;
    int end = lora.starts[3];
    int module = (column >= lora.starts[1]) + (column >= lora.starts[2]);
    bool live = column < end;
    int start = module == 0 ? lora.starts[0] : module == 1 ? lora.starts[1] : lora.starts[2];
    const elem* b = window + (long long)item.z * lora.row_stride +
                    (live ? pick(lora.b, module) + (column - start) : 0);
    bool once = rank <= 8 * groups;
    uint4 w[8];
    if (once) {
        fetch_b(b, lora.row_stride, group, groups, rank, live, w);
    }
    int4 segment = lora.segments[2 * item.x];
    int4 more = lora.segments[2 * item.x + 1];
    if (FUSED) {
        await(lora.ready + item.x, more.z * lora.modules);
    } else {
        wait_for_previous();
    }
    int rows = segment.w;
    float scaling = __int_as_float(more.x);
    int width = lanes * VEC;
    int first = item.y * VEC;
    const float* low = lora.low + (long long)more.y * lora.modules +
                       (long long)(live ? module : 0) * rows * rank;
    for (int t = 0; t < rows; t++) {
        elem* y = lora.y + lora.tokens[segment.z + t] * lora.y_stride + first;
        bool mine = threadIdx.x < width && first + (int)threadIdx.x < end;
        float before = mine ? load(y[threadIdx.x]) : 0.0f;
        float sums[VEC];
#pragma unroll
        for (int e = 0; e < VEC; e++) {
            sums[e] = 0.0f;
        }
        for (int base = group; base < rank; base += 8 * groups) {
            if (!once) {
                fetch_b(b, lora.row_stride, base, groups, rank, live, w);
            }
            float factors[8];
#pragma unroll
            for (int p = 0; p < 8; p++) {
                int r = base + p * groups;
                factors[p] = r < rank ? read_fresh(low + t * rank + r) : 0.0f;
            }
#pragma unroll
            for (int p = 0; p < 8; p++) {
                float wide[VEC];
                unpack(w[p], wide);
#pragma unroll
                for (int e = 0; e < VEC; e++) {
                    sums[e] = fmaf(factors[p], wide[e], sums[e]);
                }
            }
        }
        __syncthreads();  // the row before has been summed up
#pragma unroll
        for (int e = 0; e < VEC; e += 4) {
            *reinterpret_cast<float4*>(partial + threadIdx.x * VEC + e) =
                make_float4(sums[e], sums[e + 1], sums[e + 2], sums[e + 3]);
        }
        __syncthreads();
        for (int c = threadIdx.x; c < width && first + c < end; c += THREADS) {
            float sum = 0.0f;
            for (int g = 0; g < groups; g++) {
                sum += partial[g * width + c];
            }
            float old = c == threadIdx.x ? before : load(y[c]);
            y[c] = store(fmaf(scaling, sum, old));
        }
    }
}

extern "C" __global__ void __launch_bounds__(THREADS, LORA_RESIDENT) lora_shrink(Lora lora) {
    let_next_begin();
    int4 header = *lora.header;
    if (blockIdx.x >= header.x) {
        wait_for_previous();  // else the kernel after this one could overtake the one before
        return;
    }
    shrink<true>(lora, window_of(lora, header), blockIdx.x, blockIdx.y);
}

extern "C" __global__ void __launch_bounds__(THREADS, LORA_RESIDENT) lora_expand(Lora lora) {
    __shared__ float partial[THREADS * VEC];
    let_next_begin();
    int4 header = *lora.header;
    if (blockIdx.x >= header.y) {
        wait_for_previous();
        return;
    }
    expand<false>(lora, window_of(lora, header), blockIdx.x, partial);
}

extern "C" __global__ void __launch_bounds__(THREADS, LORA_RESIDENT) lora_fused(Lora lora) {
    __shared__ float partial[THREADS * VEC];
    let_next_begin();
    int4 header = *lora.header;
    const elem* window = window_of(lora, header);
    int shrinks = header.x * lora.modules;
    int blocks = gridDim.x;
    wait_for_previous();
    for (int i = blockIdx.x; i < shrinks; i += blocks) {
        int segment = shrink<false>(lora, window, i / lora.modules, i % lora.modules);
        __syncthreads();
        if (threadIdx.x == 0) {
            __threadfence();
            atomicAdd(lora.ready + segment, 1);
        }
    }
    // blocks that had one shrink less come first
    int begin = (blockIdx.x + blocks - shrinks % blocks) % blocks;
    for (int i = begin; i < header.y; i += blocks) {
        expand<true>(lora, window, i, partial);
        __syncthreads();
    }
}
