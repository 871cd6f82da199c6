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
//                   of the module's B, transposed; without ranks the place is zeros, and is not read
//                   lanes = 16 to 256 neighbouring vectors that the item updates; in lora_expand the
//                   block's other threads split the ranks
//   a place         { offset from `arena` in the first layer: low half, high half, elements from a
//                   layer to the next, 0 }: an adapter is read where it rests, A (rank, in) and then
//                   B (rank, out) of each of its modules
//
// The plan, for segments and the columns that a launch covers (items differ by module, not by layer;
// a module that an adapter lacks has none, but expand items of rank 0 where rows are rotated too):
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
//   lora_expand_rope, lora_expand_many_rope   the same for q, k and v of heads of 128, and then what
//                      rope.cu does with the rows: an item's columns are whole heads. All columns have
//                      items, and of k and v nothing that counts is left in y. For models without
//                      biases of q, k and v and without norms of heads. bfloat16 alone.
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

// An item before it is known whether there is one, so that the two are not waited for in turn. What a
// shrink lies behind is a product that does not let it begin sooner, so all of its beginning counts.
// The host keeps room for a grid of items.
__device__ __forceinline__ int4 item_ahead(const int4* from) {
    int4 item;
    asm volatile("ld.global.v4.s32 {%0, %1, %2, %3}, [%4];"
                 : "=r"(item.x), "=r"(item.y), "=r"(item.z), "=r"(item.w)
                 : "l"(from));
    return item;
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

// What a block of an expansion works on.
struct Expansion {
    int4 item;
    const elem* b;  // the thread's vector, in rank 0
    int rank;
    int shift;  // log2 of lanes
    int out;    // columns of the module
    int first;  // column of the block
    int own;    // column of the thread's vector
    bool live;  // whether there is such a vector

    __device__ __forceinline__ explicit Expansion(const Lora& lora) {
        item = lora.expand_items[2 * blockIdx.x];
        rank = item.w >> 8;
        shift = item.w & 255;
        out = end(lora) - start(lora);
        first = item.y * VEC;
        own = first + (threadIdx.x & ((1 << shift) - 1)) * VEC;
        live = own < end(lora);
        b = weights_at(lora, lora.expand_items[2 * blockIdx.x + 1]) +
            (live ? own - start(lora) : 0);
    }

    // Of the module: first column, and the one behind it.
    __device__ __forceinline__ int start(const Lora& lora) const {
        return start_of(lora, item.z);
    }

    __device__ __forceinline__ int end(const Lora& lora) const {
        return start_of(lora, item.z + 1);
    }
};

// ---- what becomes of the updated numbers ---------------------------------------------------------

// PAIRS: whether there is more to do, with vectors in pairs; where the first of the u-th is, and how far
// behind it the second. SUMMED: how many slices of low are asked for at a time.

// They go back to y.
struct ThenNothing {
    enum { PAIRS = 0, SUMMED = 8 };

    static __device__ __forceinline__ int vector(int u) {
        return 2 * u;
    }

    static __device__ __forceinline__ int apart() {
        return 1;
    }
};

#if ELEM_BF16 && HEAD_SIZE == 128

__device__ __forceinline__ float2 both_rounded(float2 of) {
    return make_float2(rounded(of.x), rounded(of.y));
}

// As rope.cu does it: q is rotated, k rotated and put into the arena, v put into the arena. A vector of a
// head's first half pairs with its partner of the second. Of models without biases of q, k and v and
// norms of heads.
struct ThenRope {
    enum { PAIRS = 1, SUMMED = 4 };

    static_assert(16 * VEC == HEAD_SIZE, "an item of the fewest lanes is a head");

    Rope rope;

    static __device__ __forceinline__ int vector(int u) {
        return u / (HEAD_SIZE / VEC / 2) * (HEAD_SIZE / VEC) + u % (HEAD_SIZE / VEC / 2);
    }

    static __device__ __forceinline__ int apart() {
        return HEAD_SIZE / VEC / 2;
    }

    // Has what two columns of a row are rotated by, and where they go, come near before it is needed.
    // Columns count from the module's first, and are of a head's first half.
    __device__ __forceinline__ void bring_near(int row, int module, int column) const {
        prefetch(rope.cells + row);
        if (module < 2) {
            prefetch(rope.cosines + angle(row, column));
            prefetch(rope.sines + angle(row, column));
        }
    }

    static __device__ __forceinline__ void prefetch(const void* at) {
        asm volatile("prefetch.global.L1 [%0];" ::"l"(at));
    }

    __device__ __forceinline__ long long angle(int row, int column) const {
        return (long long)rope.positions[row] * (HEAD_SIZE / 2) + column % HEAD_SIZE;
    }

    // Two columns and their partners, of each of the two that `which` says: 1 the first, 2 the second.
    __device__ __forceinline__ void put(const Lora& lora, int row, int module, int column,
                                        const float2 (&two)[2], int which) const {
        float2 low = both_rounded(two[0]);
        float2 high = both_rounded(two[1]);
        if (module < 2) {
            float2 cosine = *reinterpret_cast<const float2*>(rope.cosines + angle(row, column));
            float2 sine = *reinterpret_cast<const float2*>(rope.sines + angle(row, column));
            rotate(low.x, high.x, cosine.x, sine.x);
            rotate(low.y, high.y, cosine.y, sine.y);
        }
        elem* to = module == 0 ? lora.y + row * lora.y_stride
                               : rope.arena + rope.cells[row] * rope.cell_stride +
                                     (module == 1 ? rope.k_offset : rope.v_offset);
        if (which & 1) {
            store_two(to + column, low.x, low.y);
        }
        if (which & 2) {
            store_two(to + column + HEAD_SIZE / 2, high.x, high.y);
        }
    }
};

#endif

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
    const int4* items = lora.shrink_items + (long long)module * lora.shrink_pitch;
    int4 item = item_ahead(items + 2 * blockIdx.x);
    int4 place = item_ahead(items + 2 * blockIdx.x + 1);
    if (blockIdx.x >= pick(*lora.header, module)) {
        if (blockIdx.x == 0) {
            wait_for_previous();  // else the kernel after this one could overtake the one before
        }
        return;
    }
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
template <class LAST>
__device__ __forceinline__ void expand_many(const Lora& lora, const LAST& last) {
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
    Expansion work(lora);
    int shift = work.shift;
    int lanes = 1 << shift;
    int deepest = PIECES >> shift;  // ranks at a time: 8 to 128
    int4 segment;
    int4 more;
    int token = 0;
    int slices = slices_of(lora);
    int warp = threadIdx.x / WARP;
    int lane = threadIdx.x % WARP;
    for (int r0 = 0; r0 == 0 || r0 < work.rank; r0 += deepest) {
        int ranks = min(deepest, work.rank - r0);
        int tall = (ranks + 15) / 16 * 16;
        __syncthreads();
#pragma unroll
        for (int i = 0; i < PIECES / THREADS; i++) {
            int r = (i * THREADS + threadIdx.x) >> shift;
            if (r < ranks) {
                int place = (r << shift) + ((threadIdx.x & (lanes - 1)) ^ (r & 7));
                copy16_async(
                    weights + place * 16,
                    work.b + (work.live ? (long long)(r0 + r) * work.out : 0),
                    work.live);
            }
        }
        copies_commit();
        if (r0 == 0) {
            segment = lora.segments[2 * work.item.x];
            more = lora.segments[2 * work.item.x + 1];
            if (lane / 4 < segment.w) {
                token = lora.tokens[segment.z + lane / 4];
            }
            wait_for_previous();
        }
        float scaling = __int_as_float(more.x);
        const float* low = lora.low + low_at(lora, segment, more.y, work.item.z, 0) + r0;
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
        bool is_last = r0 + deepest >= work.rank;
        // a pair of vectors at a time
        for (int u = warp; u < lanes / 2; u += WARPS) {
            int v = LAST::vector(u);
            int column = work.first + v * VEC;
            if (column >= work.end(lora)) {
                break;
            }
            bool mine[2];
            uint32 before[2];
            elem* y = lora.y + token * lora.y_stride + column + lane % 4 * 2;
#pragma unroll
            for (int j = 0; j < 2; j++) {
                int more_columns = j * LAST::apart() * VEC;
                mine[j] = lane / 4 < segment.w && column + more_columns < work.end(lora);
                before[j] = mine[j] ? fresh4(y + more_columns) : 0;
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
                    weights +
                    ((r << shift) + ((v + lane / 16 * LAST::apart()) ^ (r & 7))) * 16);
                asm volatile(
                    "ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
                    : "=r"(w[0]), "=r"(w[1]), "=r"(w[2]), "=r"(w[3])
                    : "r"(from)
                    : "memory");
                multiply(sums[0], high[0], rest[0], high[4], rest[4], w[0], w[1]);
                multiply(sums[1], high[0], rest[0], high[4], rest[4], w[2], w[3]);
            }
            float2 updated[2];
#pragma unroll
            for (int j = 0; j < 2; j++) {
                float old0 = __uint_as_float(before[j] << 16);
                float old1 = __uint_as_float(before[j] & 0xffff0000u);
                updated[j] = make_float2(fmaf(scaling, sums[j][0] + sums[j][2], old0),
                                         fmaf(scaling, sums[j][1] + sums[j][3], old1));
            }
            if constexpr (LAST::PAIRS) {
                if (is_last) {
                    if (mine[0]) {
                        int at = column + lane % 4 * 2 - work.start(lora);
                        last.put(lora, token, work.item.z, at, updated, 3);
                    }
                    continue;
                }
            }
#pragma unroll
            for (int j = 0; j < 2; j++) {
                if (mine[j]) {
                    store_two(y + j * LAST::apart() * VEC, updated[j].x, updated[j].y);
                }
            }
        }
    }
}

extern "C" __global__ void __launch_bounds__(THREADS, LORA_RESIDENT) lora_expand_many(Lora lora) {
    expand_many(lora, ThenNothing());
}

#if HEAD_SIZE == 128
extern "C" __global__ void __launch_bounds__(THREADS, LORA_RESIDENT)
    lora_expand_many_rope(Lora lora, Rope rope) {
    ThenRope last;
    last.rope = rope;
    expand_many(lora, last);
}
#endif

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

// The sum of what the groups of a block have for two neighbouring columns of a row.
__device__ __forceinline__ float2 group_sums(const float* partial, int row, int column, int lanes) {
    const float* from = partial + row * PARTIAL_PITCH + column / 4 % (VEC / 4) * HALF_PITCH +
                        column / VEC * 4 + column % 4;
    float2 sum = make_float2(0.0f, 0.0f);
#pragma unroll 4
    for (int g = 0; g < THREADS / lanes; g++) {
        float2 part = *reinterpret_cast<const float2*>(from + g * lanes * 4);
        sum.x += part.x;
        sum.y += part.y;
    }
    return sum;
}

// Where the i-th two neighbouring columns of a block's rows are. Two that belong together are of
// neighbouring half warps.
template <class LAST>
struct Two {
    int row;
    int column;  // in the block, of the first of those that belong together
    int second;  // whether these are the second

    __device__ __forceinline__ Two(int i, int lanes) {
        int twos = lanes * VEC / 2;
        row = i >= twos;
        int k = i - row * twos;
        second = k / (WARP / 2) % 2;
        int pair = k / WARP * (WARP / 2) + k % (WARP / 2);
        column = LAST::vector(pair / (VEC / 2)) * VEC + pair % (VEC / 2) * 2;
    }
};

// The last part of lora_expand: up to EXPAND_ROWS rows, from partial sums and what y was before.
__device__ __forceinline__ void put_back(const Expansion& work, const Lora& lora, const int* tokens,
                                         int count, float scaling, const float* partial,
                                         const elem* before) {
    int lanes = 1 << work.shift;
    int width = lanes * VEC;
    for (int i = threadIdx.x * 2; i < width * count; i += THREADS * 2) {
        int t = i >= width;
        int column = work.first + i - t * width;
        if (column < work.end(lora)) {
            float2 sum = work.rank > 0 ? group_sums(partial, t, i - t * width, lanes)
                                       : make_float2(0.0f, 0.0f);
            float2 old = load_two(before + i);
            store_two(lora.y + tokens[t] * lora.y_stride + column, fmaf(scaling, sum.x, old.x),
                      fmaf(scaling, sum.y, old.y));
        }
    }
}

// The same with what comes after it.
template <class LAST>
__device__ __forceinline__ void put_pairs(const Expansion& work, const Lora& lora, const LAST& last,
                                          const int* tokens, int count, float scaling,
                                          const float* partial, const elem* before) {
    int lanes = 1 << work.shift;
    int width = lanes * VEC;
    for (int i = threadIdx.x; i < width / 2 * count; i += THREADS) {
        Two<LAST> two(i, lanes);
        int at = two.column + two.second * LAST::apart() * VEC;
        float2 sum = work.rank > 0 ? group_sums(partial, two.row, at, lanes)
                                   : make_float2(0.0f, 0.0f);
        float2 old = load_two(before + two.row * width + at);
        float2 mine = make_float2(fmaf(scaling, sum.x, old.x), fmaf(scaling, sum.y, old.y));
        float2 other = make_float2(__shfl_xor_sync(FULL_WARP, mine.x, WARP / 2),
                                   __shfl_xor_sync(FULL_WARP, mine.y, WARP / 2));
        if (work.first + two.column < work.end(lora)) {
            int column = work.first - work.start(lora) + two.column;
            float2 both[2] = {two.second ? other : mine, two.second ? mine : other};
            last.put(lora, tokens[two.row], work.item.z, column, both, 1 << two.second);
        }
    }
}

// The block updates lanes * VEC columns of the segment's rows: nobody else touches these. A thread adds
// up its vector of some of the ranks; the sums of the other ranks are added in shared memory.
template <class LAST>
__device__ __forceinline__ void expand_few(const Lora& lora, const LAST& last) {
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
    Expansion work(lora);
    int shift = work.shift;
    int lanes = 1 << shift;
    int groups = THREADS >> shift;
    int chunk = EXPAND_LOADS * groups;  // ranks at a time
    int group = threadIdx.x >> shift;
    uint4 w[EXPAND_LOADS];
    fetch_b(work.b, work.out, group, groups, work.rank, work.live, w);
    int4 segment = lora.segments[2 * work.item.x];
    int4 more = lora.segments[2 * work.item.x + 1];
    int rows = segment.w;
    int token = lora.tokens[segment.z + min((int)threadIdx.x >> shift, rows - 1)];
    if constexpr (LAST::PAIRS) {
        Two<LAST> two(threadIdx.x, lanes);
        if (two.row < rows) {
            int column = work.first - work.start(lora) + two.column;
            last.bring_near(lora.tokens[segment.z + two.row], work.item.z, column);
        }
    }
    wait_for_previous();
    for (int t0 = 0; t0 < rows; t0 += EXPAND_ROWS) {
        int count = min(EXPAND_ROWS, rows - t0);
#pragma unroll 1
        for (int i = threadIdx.x; i < lanes * count; i += THREADS) {
            if (i >= THREADS || t0 > 0) {
                token = lora.tokens[segment.z + t0 + (i >> shift)];
            }
            if (work.live) {
                copy16_async(before + i * VEC, lora.y + token * lora.y_stride + work.own);
            }
        }
        copies_commit();
        for (int base = 0; base < work.rank; base += chunk) {
            if (t0 + base > 0) {
                fetch_b(work.b, work.out, base + group, groups, work.rank, work.live, w);
                __syncthreads();  // the ranks before have been added
            }
            int t = threadIdx.x / (THREADS / EXPAND_ROWS);
            if (t < count) {
                int slices = slices_of(lora);
                long long apart = (long long)rows * segment.y;
                int left = work.rank - base;
                const float* low = lora.low + low_at(lora, segment, more.y, work.item.z, 0) +
                                   (long long)(t0 + t) * segment.y + base;
#pragma unroll 1
                for (int r = threadIdx.x % (THREADS / EXPAND_ROWS); r < chunk;
                     r += THREADS / EXPAND_ROWS) {
                    float sum = 0.0f;
#pragma unroll 1
                    for (int s = 0; s < slices; s += LAST::SUMMED) {
                        float parts[LAST::SUMMED];
#pragma unroll
                        for (int i = 0; i < LAST::SUMMED; i++) {
                            parts[i] =
                                fresh4_if(r < left && s + i < slices, low + r + (s + i) * apart);
                        }
#pragma unroll
                        for (int i = 0; i < LAST::SUMMED; i++) {
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
        const int* tokens = lora.tokens + segment.z + t0;
        if constexpr (LAST::PAIRS) {
            put_pairs(work, lora, last, tokens, count, __int_as_float(more.x), partial, before);
        } else {
            put_back(work, lora, tokens, count, __int_as_float(more.x), partial, before);
        }
        if (t0 + EXPAND_ROWS < rows) {
            __syncthreads();  // the next rows take the place of these in shared memory
        }
    }
}

extern "C" __global__ void __launch_bounds__(THREADS, EXPAND_RESIDENT) lora_expand(Lora lora) {
    expand_few(lora, ThenNothing());
}

#if ELEM_BF16 && HEAD_SIZE == 128

extern "C" __global__ void __launch_bounds__(THREADS, EXPAND_RESIDENT)
    lora_expand_rope(Lora lora, Rope rope) {
    ThenRope last;
    last.rope = rope;
    expand_few(lora, last);
}

#endif
