// LoRA of single-token rows with adapters of mixed ranks: y += scaling * (x A^T) B, for up to three
// modules that share x and whose outputs lie side by side in y (q k v; gate up; o; down). Every
// weight that the step's adapters have is read once for up to 8 rows of an adapter, and nothing else:
// no padding to a largest rank.
//
// The host makes a plan for each step, which all layers use; it lies in device memory, so a captured
// graph sees each step's own. A segment is an adapter with at most 8 of its rows in the batch (an
// adapter with more rows has several segments). All arrays of int4:
//
//   header          { shrink items of each of the launch's modules (up to 3), expand items }
//   segments[2s]    { 0, rank: the largest of its modules, first index into tokens, rows (1 to 8) }
//   segments[2s+1]  { bits of the float scaling, base of low, 0, 0 }
//                   base of low = sum of rank * rows over the segments before
//   tokens[]        (int) rows of x and y, segment by segment
//   shrink_items    for each module, shrink_pitch apart, two for each item:
//                   { segment, first rank, 0, ranks (1 to 8) } and the place of the module's A
//   expand_items    two for each item: { segment, first vector of 16 bytes among all columns of y that
//                   the launch covers, module, the module's rank * 256 + log2 of lanes } and the place
//                   of the module's B, transposed
//                   lanes = 16 to 256 neighbouring vectors that the item updates; in lora_expand the
//                   block's other threads split the ranks
//   a place         { offset from `arena` in the first layer: low half, high half, elements from a
//                   layer to the next, 0 }: an adapter is read where it rests, A (rank, in) and then
//                   B (rank, out) of each of its modules
//
// The plan, for segments and the columns that a launch covers (items differ by module, not by layer;
// a module that an adapter lacks has none):
//
//   for each module of each segment, for r = 0, 8, 16 .. below its rank:
//     shrink item { segment, r, 0, min(8, rank - r) }
//   for passes = 8, 4, 2, 1:
//     for each module of each segment:
//       lanes = 256; while lanes > 16 and ceil(rank / (256 / lanes)) > passes: lanes /= 2
//       for v = the module's first vector, + lanes, + 2 lanes .. before its end: expand item
//     stop if there are as many expand items as multiprocessors, else begin them again
//
// A block does one item and, of a shrink, one slice of SLICE numbers of `in`: 32 KiB of weights at most,
// which it asks for before it waits for the kernel before it. With programmatic dependent launch the
// weights of a launch thus stream in while the launch before still computes. The sums of slices are
// added up in order where the expansion reads them: the same input gives the same bits.
//
// There are two expansions, for the same plan, right for any segments. The host takes one for a whole
// launch: lora_expand where every segment of the step has at most 2 rows (weights go from memory to
// registers), else lora_expand_many (weights go through shared memory to the tensor cores, so 8 rows
// cost about what one costs). They add up in different orders, so their bits differ.
//
// The buffer low has (sum of rank * rows) * modules * slices floats, slices = ceil(in / SLICE). Sizes
// `in` and the column starts are multiples of VEC; x, y and places begin at multiples of 16 bytes.
//
//   lora_shrink        grid (bucket of shrink items, modules, slices), block 256
//   lora_expand        grid (bucket of expand items), block 256
//   lora_expand_many   the same
//
// None has dynamic shared memory.

#ifndef LORA_RESIDENT
#define LORA_RESIDENT 4  // blocks a multiprocessor
#endif
#ifndef EXPAND_LOADS
#define EXPAND_LOADS 8  // of 16 bytes, that a thread of lora_expand has in flight
#endif
#ifndef EXPAND_RESIDENT
#define EXPAND_RESIDENT 4  // blocks of lora_expand a multiprocessor
#endif
#ifndef SLICE
#define SLICE 2048  // numbers of `in` that a block multiplies
#endif
#define THREADS 256
#define WARPS (THREADS / WARP)
#define SEGMENT_ROWS 8
#define SHRINK_RANKS 8
#define PIECES 2048  // of 16 bytes: the weights that a block of lora_expand_many holds

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
    long long x_stride;
    long long y_stride;
    int layer;
    int shrink_pitch;  // int4s from a module's items to the next one's
    int in;            // length of a row of A
    int modules;       // 1 to 3
    int starts[4];     // first column of each module in y, then the end; unused ones repeat the end
};

// Where the weights of a place are in this layer.
__device__ __forceinline__ const elem* weights_at(const Lora& lora, const int4& place) {
    return lora.arena + (((long long)place.y << 32) | (unsigned)place.x) +
           (long long)lora.layer * place.z;
}

__device__ __forceinline__ int pick(const int4& of, int module) {
    return module == 0 ? of.x : module == 1 ? of.y : of.z;
}

__device__ __forceinline__ int start_of(const Lora& lora, int module) {
    return module == 0   ? lora.starts[0]
           : module == 1 ? lora.starts[1]
           : module == 2 ? lora.starts[2]
                         : lora.starts[3];
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
    int module = blockIdx.y;
    if (blockIdx.x >= pick(*lora.header, module)) {
        if (blockIdx.x == 0) {
            wait_for_previous();  // else the kernel after this one could overtake the one before
        }
        return;
    }
    const int4* items = lora.shrink_items + (long long)module * lora.shrink_pitch;
    int4 item = items[2 * blockIdx.x];
    int4 place = items[2 * blockIdx.x + 1];
    int slice = blockIdx.z;
    int begin = slice * SLICE;
    int vectors = min(SLICE, lora.in - begin) / VEC;
    const elem* a = weights_at(lora, place) + (long long)item.y * lora.in + begin;
#pragma unroll
    for (int i = 0; i < SHRINK_RANKS * SLICE / VEC / THREADS; i++) {
        int r = (i * THREADS + threadIdx.x) / (SLICE / VEC);
        int v = (i * THREADS + threadIdx.x) % (SLICE / VEC);
        if (r < item.w && v < vectors) {
            copy16_async(weights + r * SHRINK_PITCH + v * 16, a + (long long)r * lora.in + v * VEC);
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
extern "C" __global__ void __launch_bounds__(THREADS, LORA_RESIDENT) lora_expand_many(Lora lora) {
    __shared__ __align__(128) unsigned char weights[PIECES * 16];
    // low as the sum of two bfloat16, [row][rank]: to the tensor core they are rows 0 to 7 and 8 to 15
    __shared__ __align__(16) unsigned short coarse[SEGMENT_ROWS * LOW_PITCH];
    __shared__ __align__(16) unsigned short fine[SEGMENT_ROWS * LOW_PITCH];
    let_next_begin();
    if (blockIdx.x >= lora.header->w) {
        if (blockIdx.x == 0) {
            wait_for_previous();
        }
        return;
    }
    int4 item = lora.expand_items[2 * blockIdx.x];
    int4 place = lora.expand_items[2 * blockIdx.x + 1];
    int rank = item.w >> 8;
    int shift = item.w & 255;
    int lanes = 1 << shift;
    int deepest = PIECES >> shift;  // ranks at a time: 8 to 128
    int start = start_of(lora, item.z);
    int end = start_of(lora, item.z + 1) / VEC;
    int out = end * VEC - start;
    int own = threadIdx.x & (lanes - 1);  // the vector that this thread copies, of every rank
    bool there = item.y + own < end;
    const elem* b = weights_at(lora, place);
    if (there) {
        b += (item.y + own) * VEC - start;
    }
    int4 segment;
    int4 more;
    int token = 0;
    int slices = slices_of(lora);
    int warp = threadIdx.x / WARP;
    int lane = threadIdx.x % WARP;
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
                    b + (there ? (long long)(r0 + r) * out : 0),
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
        const float* low = lora.low + low_at(lora, segment, more.y, item.z, 0) + r0;
        long long apart = (long long)segment.w * segment.y;
#pragma unroll
        for (int i = 0; i < MOST_RANKS / WARP; i++) {
            int r = i * WARP + lane;
            if (r < tall) {
                float sum = 0.0f;
                if (warp < segment.w && r < ranks) {
                    sum = low_sum(low + warp * segment.y + r, slices, apart);
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
                mine[j] = lane / 4 < segment.w && item.y + v + j < end;
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

#else

// Floats: without tensor cores. A warp takes one rank.
extern "C" __global__ void __launch_bounds__(THREADS, 2) lora_shrink(Lora lora) {
    let_next_begin();
    wait_for_previous();
    int module = blockIdx.y;
    if (blockIdx.x >= pick(*lora.header, module)) {
        return;
    }
    const int4* items = lora.shrink_items + (long long)module * lora.shrink_pitch;
    int4 item = items[2 * blockIdx.x];
    int4 place = items[2 * blockIdx.x + 1];
    int warp = threadIdx.x / WARP;
    int lane = threadIdx.x % WARP;
    if (warp >= item.w) {
        return;
    }
    int4 segment = lora.segments[2 * item.x];
    int4 more = lora.segments[2 * item.x + 1];
    int begin = blockIdx.z * SLICE;
    int vectors = min(SLICE, lora.in - begin) / VEC;
    const elem* a = weights_at(lora, place) + (long long)(item.y + warp) * lora.in + begin;
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

extern "C" __global__ void __launch_bounds__(THREADS, 2) lora_expand_many(Lora lora) {
    let_next_begin();
    wait_for_previous();
    if (blockIdx.x >= lora.header->w) {
        return;
    }
    int4 item = lora.expand_items[2 * blockIdx.x];
    int4 place = lora.expand_items[2 * blockIdx.x + 1];
    int rank = item.w >> 8;
    int lanes = 1 << (item.w & 255);
    int4 segment = lora.segments[2 * item.x];
    int4 more = lora.segments[2 * item.x + 1];
    int slices = slices_of(lora);
    long long apart = (long long)segment.w * segment.y;
    int start = start_of(lora, item.z);
    int end = start_of(lora, item.z + 1);
    const float* low = lora.low + low_at(lora, segment, more.y, item.z, 0);
    int last = min(end, (item.y + lanes) * VEC);
    for (int column = item.y * VEC + threadIdx.x; column < last; column += THREADS) {
        const elem* b = weights_at(lora, place) + column - start;
        float sums[SEGMENT_ROWS] = {};
        for (int r = 0; r < rank; r++) {
            float weight = b[(long long)r * (end - start)];
#pragma unroll
            for (int t = 0; t < SEGMENT_ROWS; t++) {
                if (t < segment.w) {
                    sums[t] =
                        fmaf(low_sum(low + t * segment.y + r, slices, apart), weight, sums[t]);
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

// ---- the expansion of few rows -----------------------------------------------------------------

#define EXPAND_ROWS 2  // at a time
#define EXPAND_RANKS (EXPAND_LOADS * 16)  // at a time, at most
// Partial sums lie in two halves of a vector, apart so that neighbouring columns are in different banks.
#define HALF_PITCH (THREADS * 4 + 16)
#define PARTIAL_PITCH (HALF_PITCH * VEC / 4)

// Two neighbouring elements.
__device__ __forceinline__ float2 load_two(const elem* from) {
#if ELEM_BF16
    uint32 raw = *reinterpret_cast<const uint32*>(from);
    return make_float2(__uint_as_float(raw << 16), __uint_as_float(raw & 0xffff0000u));
#else
    return *reinterpret_cast<const float2*>(from);
#endif
}

__device__ __forceinline__ void store_two(elem* to, float a, float b) {
#if ELEM_BF16
    *reinterpret_cast<uint32*>(to) = pack_pair(a, b);
#else
    *reinterpret_cast<float2*>(to) = make_float2(a, b);
#endif
}

// Loads without branches, so that many are under way at once; 0 where not `valid`.
__device__ __forceinline__ float fresh4_if(bool valid, const float* from) {
    float value;
    asm volatile(
        "{\n"
        ".reg .pred p;\n"
        "setp.ne.s32 p, %2, 0;\n"
        "mov.f32 %0, 0f00000000;\n"
        "@p ld.global.cg.f32 %0, [%1];\n"
        "}\n"
        : "=&f"(value)
        : "l"(from), "r"((int)valid));
    return value;
}

__device__ __forceinline__ uint4 stream16_if(bool valid, const elem* from) {
    uint4 raw;
    asm volatile(
        "{\n"
        ".reg .pred p;\n"
        "setp.ne.s32 p, %5, 0;\n"
        "mov.u32 %0, 0;\n"
        "mov.u32 %1, 0;\n"
        "mov.u32 %2, 0;\n"
        "mov.u32 %3, 0;\n"
        "@p ld.global.nc.L1::no_allocate.L2::128B.v4.u32 {%0, %1, %2, %3}, [%4];\n"
        "}\n"
        : "=&r"(raw.x), "=&r"(raw.y), "=&r"(raw.z), "=&r"(raw.w)
        : "l"(from), "r"((int)valid));
    return raw;
}

// Every groups-th rank from `first`.
__device__ __forceinline__ void fetch_b(
    const elem* b, long long step, int first, int groups, int rank, bool live, uint4* w) {
    const elem* from = b + first * step;
    int left = live ? rank - first : 0;
#pragma unroll
    for (int p = 0; p < EXPAND_LOADS; p++) {
        w[p] = stream16_if(left > 0, from);
        from += groups * step;
        left -= groups;
    }
}

// Adds what the ranks in w give to the thread's partial sums of one row.
__device__ __forceinline__ void multiply_b(
    uint4* w, const float* low, int group, int groups, float* partial, bool begin) {
    float sums[VEC] = {};
#pragma unroll
    for (int p = 0; p < EXPAND_LOADS; p++) {
        // or the compiler would keep all weights as floats from one row to the next
        asm volatile("" : "+r"(w[p].x), "+r"(w[p].y), "+r"(w[p].z), "+r"(w[p].w));
        float weights[VEC];
        unpack(w[p], weights);
        float factor = low[group + p * groups];
#pragma unroll
        for (int e = 0; e < VEC; e++) {
            sums[e] = fmaf(factor, weights[e], sums[e]);
        }
    }
#pragma unroll
    for (int half = 0; half < VEC / 4; half++) {
        float4* own = reinterpret_cast<float4*>(partial + half * HALF_PITCH) + threadIdx.x;
        float4 sum = begin ? make_float4(0.0f, 0.0f, 0.0f, 0.0f) : *own;
        *own = make_float4(sum.x + sums[half * 4], sum.y + sums[half * 4 + 1],
                           sum.z + sums[half * 4 + 2], sum.w + sums[half * 4 + 3]);
    }
}

// The block updates lanes * VEC columns of the segment's rows: nobody else touches these. A thread adds
// up its vector of some of the ranks; the sums of the other ranks are added in shared memory.
extern "C" __global__ void __launch_bounds__(THREADS, EXPAND_RESIDENT) lora_expand(Lora lora) {
    __shared__ __align__(16) float partial[EXPAND_ROWS * PARTIAL_PITCH];
    __shared__ __align__(16) elem before[EXPAND_ROWS * THREADS * VEC];  // y, [row][lane]
    __shared__ float lows[EXPAND_ROWS][EXPAND_RANKS];
    let_next_begin();
    if (blockIdx.x >= lora.header->w) {
        if (blockIdx.x == 0) {
            wait_for_previous();
        }
        return;
    }
    int4 item = lora.expand_items[2 * blockIdx.x];
    int4 place = lora.expand_items[2 * blockIdx.x + 1];
    int rank = item.w >> 8;
    int shift = item.w & 255;
    int lanes = 1 << shift;
    int groups = THREADS >> shift;
    int chunk = EXPAND_LOADS * groups;  // ranks at a time
    int group = threadIdx.x >> shift;
    int start = start_of(lora, item.z);
    int out = start_of(lora, item.z + 1) - start;
    int first = item.y * VEC;
    int end = min(first + lanes * VEC, start + out);
    int column = first + (threadIdx.x & (lanes - 1)) * VEC;
    bool live = column < end;
    const elem* b = weights_at(lora, place) + (live ? column - start : 0);
    uint4 w[EXPAND_LOADS];
    fetch_b(b, out, group, groups, rank, live, w);
    int4 segment = lora.segments[2 * item.x];
    int4 more = lora.segments[2 * item.x + 1];
    int rows = segment.w;
    int token = lora.tokens[segment.z + min((int)threadIdx.x >> shift, rows - 1)];
    wait_for_previous();
    for (int t0 = 0; t0 < rows; t0 += EXPAND_ROWS) {
        int count = min(EXPAND_ROWS, rows - t0);
#pragma unroll 1
        for (int i = threadIdx.x; i < lanes * count; i += THREADS) {
            int c = first + (i & (lanes - 1)) * VEC;
            if (i >= THREADS || t0 > 0) {
                token = lora.tokens[segment.z + t0 + (i >> shift)];
            }
            if (c < end) {
                copy16_async(before + i * VEC, lora.y + token * lora.y_stride + c);
            }
        }
        copies_commit();
        for (int base = 0; base < rank; base += chunk) {
            if (t0 + base > 0) {
                fetch_b(b, out, base + group, groups, rank, live, w);
                __syncthreads();  // the ranks before have been added
            }
            int t = threadIdx.x / (THREADS / EXPAND_ROWS);
            if (t < count) {
                int slices = slices_of(lora);
                long long apart = (long long)rows * segment.y;
                const float* low = lora.low + low_at(lora, segment, more.y, item.z, 0) +
                                   (long long)(t0 + t) * segment.y + base;
#pragma unroll 1
                for (int r = threadIdx.x % (THREADS / EXPAND_ROWS); r < chunk;
                     r += THREADS / EXPAND_ROWS) {
                    float sum = 0.0f;
#pragma unroll 1
                    for (int s = 0; s < slices; s += 4) {
                        float parts[4];
#pragma unroll
                        for (int i = 0; i < 4; i++) {
                            parts[i] = fresh4_if(
                                base + r < rank && s + i < slices, low + r + (s + i) * apart);
                        }
#pragma unroll
                        for (int i = 0; i < 4; i++) {
                            sum += parts[i];
                        }
                    }
                    lows[t][r] = sum;
                }
            }
            __syncthreads();
#pragma unroll 1
            for (int row = 0; row < count; row++) {
                multiply_b(
                    w, lows[row], group, groups, partial + row * PARTIAL_PITCH, base == 0);
            }
        }
        copies_wait<0>();
        __syncthreads();
        int width = lanes * VEC;
        for (int i = threadIdx.x * 2; i < width * count; i += THREADS * 2) {
            int t = i >= width;
            int c = i - t * width;
            if (first + c < end) {
                const float* from = partial + t * PARTIAL_PITCH + c / 4 % (VEC / 4) * HALF_PITCH +
                                    c / VEC * 4 + c % 4;
                float2 sum = make_float2(0.0f, 0.0f);
#pragma unroll 4
                for (int g = 0; g < groups; g++) {
                    float2 part = *reinterpret_cast<const float2*>(from + g * lanes * 4);
                    sum.x += part.x;
                    sum.y += part.y;
                }
                float2 old = load_two(before + i);
                float scaling = __int_as_float(more.x);
                store_two(
                    lora.y + lora.tokens[segment.z + t0 + t] * lora.y_stride + first + c,
                    fmaf(scaling, sum.x, old.x), fmaf(scaling, sum.y, old.y));
            }
        }
        if (t0 + EXPAND_ROWS < rows) {
            __syncthreads();  // the next rows take the place of these in shared memory
        }
    }
}
