// LoRA for prefill chunks, on the tensor cores: low = x A^T, then y += scaling * low B, for chunks of many
// rows, each with one adapter, and up to three modules that share x and whose outputs lie side by side
// in y. bfloat16 alone; float mode and very short chunks use lora.cu with a chunk's rows cut into
// segments of 8.
//
//   header     (int4) { chunks, 0, 0, 0 }
//   chunks[c]  { first row in the batch, rows, bits of the float scaling, 0 }
//   places[place_pitch * c + m]  of module m of the launch: where its B, transposed, is, as a place in
//              lora.cu, and its rank, 0 if the adapter lacks it; its A lies right before it
//
// low is bfloat16, [row of the batch][module][low_stride]; low_stride a multiple of 8, at least the
// largest rank. What a row has of it is written up to the next multiple of 8 ranks. The column starts,
// `in` and all strides are multiples of 8.
//
//   lora_prefill_shrink_64, _128   grid (SPLITS, modules * ceil(largest rank / 128) * ceil(rows of the
//                        longest chunk / 64 or 128), chunk bucket), block 128 or 256, dynamic shared memory
//                        SHRINK_BYTES + 1,024. SPLITS blocks, a cluster, share the sums of 64 or 128 rows
//                        and 128 ranks of a module: each multiplies its part of `in`, then adds up the
//                        parts of some of the rows. The same bits in both; that of 128 reads less, and is
//                        faster where those of 64 do not all run at once.
//   lora_prefill_expand  grid (sum over modules of ceil(out / 128), parts, chunk bucket), block 128,
//                        dynamic shared memory 66,560. A block keeps the weights of 128 columns and goes
//                        through every parts-th 64 rows of its chunk. Any number of parts gives the same
//                        bits.
//   lora_prefill_expand_rope  the same for q, k and v of heads of 128, and then what rope.cu does with
//                        a chunk's rows: a tile's columns are a head's. Heads of modules that an
//                        adapter lacks are rotated as well. Of k and v nothing that counts is left in y.
//                        For models without biases of q, k and v and without norms of heads.
//
// What they take is reading and writing: y twice, x and A once for each tile. So the products are those
// of warpgroups where there are any (sm_90a), which leave the time to that; others are there for other
// architectures, give sums in the same places, and were not measured.

#if ELEM_BF16

#define GROUP 128  // threads of a warpgroup, which multiplies 64 rows by 128 ranks or columns
#define EXPAND 128  // columns of a block of the expansion
#define EXPAND_RANKS 128  // at a time
#define EXPAND_ROWS 64
#define EXPAND_RESIDENT 3  // blocks a multiprocessor

// Blocks that share the sums of a tile. One before sm_90, which has no clusters.
#if __CUDA_ARCH__ >= 900
#define SPLITS 8
#define CLUSTER __cluster_dims__(SPLITS, 1, 1)
#else
#define SPLITS 1
#define CLUSTER
#endif
#define SHRINK_RANKS 128
#define SHRINK_DEPTH 64  // of `in` at a time
#define SHRINK_BYTES 98304  // of tiles; 1,024 more, as they are to be aligned
#define SHRINK_PITCH 136  // floats from a row's sums to the next one's

struct LoraPrefill {
    const elem* arena;
    const int4* header;
    const int4* chunks;
    const int4* places;
    elem* y;
    elem* low;
    const elem* x;
    long long y_stride;
    long long x_stride;
    int in;
    int rank_tiles;  // of each module, of SHRINK_RANKS
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

// As the matrix units want it.
__device__ __forceinline__ unsigned char* aligned_tiles() {
    return tiles + (1024 - shared_address(tiles) % 1024) % 1024;
}

// ---- low = x A^T -------------------------------------------------------------------------------

// What a block of the first product works on.
struct ShrinkTile {
    const elem* x;  // of the tile's first row
    const elem* a;  // of the tile's first rank
    long long x_stride;
    int rows;
    int ranks;
    int in;
    int begin;  // the block's part of `in`
    int count;  // of SHRINK_DEPTH
};

// Copies SHRINK_DEPTH columns of up to MOST rows, zeros where there are none: of `rows` those before
// `valid`, of the columns those before `in`.
template <int MOST, int THREADS>
__device__ __forceinline__ void shrink_fetch(unsigned char* to, const elem* from, long long stride,
                                             int rows, int valid, int column, int in) {
    int piece = threadIdx.x % 8;
    int row = threadIdx.x / 8;
    bool inside = column + piece * 8 < in;
    const elem* at = from + row * stride + column + piece * 8;
    unsigned char* slot = to + tile_at<8>(row, piece);
#pragma unroll
    for (int i = 0; i < MOST * 8 / THREADS; i++) {
        int here = row + i * (THREADS / 8);
        if (here < rows) {
            bool there = inside && here < valid;
            copy16_async(slot + i * (THREADS / 8) * 128, there ? at : from, there);
        }
        at += THREADS / 8 * stride;
    }
}

#if WARPGROUPS

// sums += 64 rows of 16 numbers times 128 of 16.
__device__ __forceinline__ void multiply(float (&sums)[64], uint64 x, uint64 a) {
    asm volatile(
        "wgmma.mma_async.sync.aligned.m64n128k16.f32.bf16.bf16 {" NAMES_64
        "}, %64, %65, 1, 1, 1, 0, 0;"
        : F64(sums)
        : "l"(x), "l"(a));
}

// Begins: products_end before the tiles or the sums are touched.
__device__ __forceinline__ void shrink_multiply(float (&sums)[64], uint32 x, uint32 a, int tall) {
    pin(sums);
    products_begin();
#pragma unroll
    for (int k = 0; k < SHRINK_DEPTH / 16; k++) {
        multiply(sums, operand(x + k * 32, 16), operand(a + k * 32, 16));
    }
    products_commit();
}

__device__ __forceinline__ void products_end(float (&sums)[64]) {
    products_wait<0>();
    pin(sums);
}

#else

// Those of 8 columns.
__device__ __forceinline__ float (&part_of(float (&sums)[64], int number))[4] {
    return *reinterpret_cast<float(*)[4]>(sums + number * 4);
}

// The same sums in the same places; 16 ranks at a time, those that there are.
__device__ __forceinline__ void shrink_multiply(float (&sums)[64], uint32 x, uint32 a, int tall) {
    int lane = threadIdx.x % WARP;
    int row = threadIdx.x % GROUP / WARP * 16 + lane % 16;
#pragma unroll
    for (int k = 0; k < SHRINK_DEPTH / 16; k++) {
        uint32 left[4];
        matrices(left, x + tile_at<8>(row, k * 2 + lane / 16));
#pragma unroll
        for (int rank = 0; rank < SHRINK_RANKS; rank += 16) {
            if (rank < tall) {
                uint32 right[4];
                matrices(right, a + tile_at<8>(rank + lane / 16 * 8 + lane % 8, k * 2 + lane / 8 % 2));
                multiply(part_of(sums, rank / 8), left, right[0], right[1]);
                multiply(part_of(sums, rank / 8 + 1), left, right[2], right[3]);
            }
        }
    }
}

__device__ __forceinline__ void products_end(float (&sums)[64]) {}

__device__ __forceinline__ void show_to_matrix_units() {}

#endif

// A warpgroup adds up 64 rows of the tile: lane = 4 * octet + quad has rows `octet` and `octet + 8` of
// its warp's 16, and of each 8 ranks 2 quad and 2 quad + 1; of sums 4 i ... 4 i + 3 the first two are of
// the first row.
template <int ROWS>
__device__ __forceinline__ void shrink_sum(
    const ShrinkTile& tile, unsigned char* memory, float (&sums)[64]) {
    const int stage_bytes = (ROWS + SHRINK_RANKS) * SHRINK_DEPTH * 2;
    const int stages = SHRINK_BYTES / stage_bytes;
    int tall = (tile.ranks + 15) / 16 * 16;
    // the weights of the first stages before the kernel before has ended
#pragma unroll
    for (int s = 0; s < stages - 1; s++) {
        if (s < tile.count) {
            shrink_fetch<SHRINK_RANKS, ROWS * 2>(
                memory + s * stage_bytes + ROWS * 128, tile.a, tile.in, tall, tile.ranks,
                tile.begin + s * SHRINK_DEPTH, tile.in);
        }
    }
    wait_for_previous();
#pragma unroll
    for (int s = 0; s < stages - 1; s++) {
        if (s < tile.count) {
            shrink_fetch<ROWS, ROWS * 2>(memory + s * stage_bytes, tile.x, tile.x_stride, ROWS,
                                         tile.rows, tile.begin + s * SHRINK_DEPTH, tile.in);
        }
        copies_commit();
    }
    uint32 own = threadIdx.x / GROUP * 64 * 128;  // this warpgroup's rows
    for (int s = 0; s < tile.count; s++) {
        copies_wait<stages - 2>();
        show_to_matrix_units();
        products_end(sums);
        __syncthreads();
        uint32 from = shared_address(memory) + s % stages * stage_bytes;
        shrink_multiply(sums, from + own, from + ROWS * 128, tall);
        int next = s + stages - 1;
        if (next < tile.count) {
            unsigned char* to = memory + next % stages * stage_bytes;
            int column = tile.begin + next * SHRINK_DEPTH;
            shrink_fetch<ROWS, ROWS * 2>(
                to, tile.x, tile.x_stride, ROWS, tile.rows, column, tile.in);
            shrink_fetch<SHRINK_RANKS, ROWS * 2>(
                to + ROWS * 128, tile.a, tile.in, tall, tile.ranks, column, tile.in);
        }
        copies_commit();
    }
    products_end(sums);
}

__device__ __forceinline__ void cluster_sync() {
#if SPLITS > 1
    asm volatile("barrier.cluster.arrive.release.aligned;\n"
                 "barrier.cluster.wait.acquire.aligned;" ::
                     : "memory");
#else
    __syncthreads();
#endif
}

// Four sums in the shared memory of a block of the cluster, at the place where they are in one's own.
__device__ __forceinline__ float4 sums_of(uint32 place, int block) {
    float4 four;
#if SPLITS > 1
    uint32 there;
    asm volatile("mapa.shared::cluster.u32 %0, %1, %2;" : "=r"(there) : "r"(place), "r"(block));
    asm volatile("ld.shared::cluster.v4.f32 {%0, %1, %2, %3}, [%4];"
                 : "=f"(four.x), "=f"(four.y), "=f"(four.z), "=f"(four.w)
                 : "r"(there)
                 : "memory");
#else
    asm volatile("ld.shared.v4.f32 {%0, %1, %2, %3}, [%4];"
                 : "=f"(four.x), "=f"(four.y), "=f"(four.z), "=f"(four.w)
                 : "r"(place)
                 : "memory");
#endif
    return four;
}

// Adds up what the cluster's blocks have, in their order, and writes this block's share of the rows.
template <int ROWS>
__device__ __forceinline__ void shrink_put(const ShrinkTile& tile, unsigned char* memory,
                                           const float (&sums)[64], elem* low, long long low_step) {
    int warp = threadIdx.x / WARP;
    int lane = threadIdx.x % WARP;
    float* own = reinterpret_cast<float*>(memory);
    __syncthreads();  // all have multiplied: the tiles' place is free
#pragma unroll
    for (int i = 0; i < 16; i++) {
#pragma unroll
        for (int half = 0; half < 2; half++) {
            int row = warp * 16 + half * 8 + lane / 4;
            *reinterpret_cast<float2*>(own + row * SHRINK_PITCH + i * 8 + lane % 4 * 2) =
                make_float2(sums[i * 4 + half * 2], sums[i * 4 + half * 2 + 1]);
        }
    }
    cluster_sync();
    const int share = ROWS / SPLITS;
#pragma unroll
    for (int i = 0; i < share * SHRINK_RANKS / 4 / (ROWS * 2); i++) {
        int number = i * ROWS * 2 + threadIdx.x;
        int row = blockIdx.x * share + number / (SHRINK_RANKS / 4);
        int rank = number % (SHRINK_RANKS / 4) * 4;
        if (row < tile.rows && rank < (tile.ranks + 7) / 8 * 8) {
            uint32 place = shared_address(own + row * SHRINK_PITCH + rank);
            float4 parts[SPLITS];
#pragma unroll
            for (int s = 0; s < SPLITS; s++) {
                parts[s] = sums_of(place, s);
            }
            float4 sum = parts[0];
#pragma unroll
            for (int s = 1; s < SPLITS; s++) {
                sum.x += parts[s].x;
                sum.y += parts[s].y;
                sum.z += parts[s].z;
                sum.w += parts[s].w;
            }
            *reinterpret_cast<uint2*>(low + row * low_step + rank) =
                make_uint2(pack_pair(sum.x, sum.y), pack_pair(sum.z, sum.w));
        }
    }
    cluster_sync();  // none ends while others read what it has
}

template <int ROWS>
__device__ __forceinline__ void shrink(const LoraPrefill& lora) {
    let_next_begin();
    int chunk = blockIdx.z;
    int rank_tile = blockIdx.y % lora.rank_tiles;
    int module = blockIdx.y / lora.rank_tiles % lora.modules;
    int first = blockIdx.y / lora.rank_tiles / lora.modules * ROWS;
    bool there = chunk < lora.header->x;
    int4 work = there ? lora.chunks[chunk] : make_int4(0, 0, 0, 0);
    int4 place =
        there ? lora.places[lora.place_pitch * chunk + module] : make_int4(0, 0, 0, 0);
    int r0 = rank_tile * SHRINK_RANKS;
    if (first >= work.y || r0 >= place.w) {
        if (blockIdx.x == 0 && blockIdx.y == 0 && blockIdx.z == 0) {
            wait_for_previous();  // else the kernel after this one could overtake the one before
        }
        return;
    }
    ShrinkTile tile;
    tile.in = lora.in;
    tile.x = lora.x + (work.x + first) * lora.x_stride;
    tile.x_stride = lora.x_stride;
    tile.a = lora.arena + (((long long)place.y << 32) | (unsigned)place.x) +
             (long long)lora.layer * place.z + (long long)(r0 - place.w) * lora.in;
    tile.rows = min(ROWS, work.y - first);
    tile.ranks = min(SHRINK_RANKS, place.w - r0);
    int all = (lora.in + SHRINK_DEPTH - 1) / SHRINK_DEPTH;
    int each = (all + SPLITS - 1) / SPLITS;
    tile.begin = blockIdx.x * each * SHRINK_DEPTH;
    tile.count = max(0, min(each, all - (int)blockIdx.x * each));
    unsigned char* memory = aligned_tiles();
    float sums[64] = {};
    shrink_sum<ROWS>(tile, memory, sums);
    long long low_step = (long long)lora.modules * lora.low_stride;
    elem* low = lora.low + (work.x + first) * low_step + module * lora.low_stride + r0;
    shrink_put<ROWS>(tile, memory, sums, low, low_step);
}

extern "C" __global__ void CLUSTER __launch_bounds__(GROUP, 2)
    lora_prefill_shrink_64(LoraPrefill lora) {
    shrink<64>(lora);
}

extern "C" __global__ void CLUSTER __launch_bounds__(2 * GROUP, 2)
    lora_prefill_shrink_128(LoraPrefill lora) {
    shrink<128>(lora);
}

// ---- y += scaling * low B ----------------------------------------------------------------------

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

// A head of a chunk's rows.
struct RopeHead {
    const int* positions;  // of the chunk's first row
    const int* cells;
    const float* cosines;
    const float* sines;
    elem* arena;  // where the head begins in a cell 0; null for a head of q, which goes back to y
    long long cell_stride;
    bool turns;  // whether it is a head of q or k
};

// 64 ranks of 64 rows, then the others.
__device__ __forceinline__ void expand_fetch(const ExpandTile& tile, unsigned char* to, int first) {
    int piece = threadIdx.x % 16;
    int row = threadIdx.x / 16;
    if (piece * 8 >= (tile.ranks + 15) / 16 * 16) {
        return;
    }
    const elem* from = tile.low + (first + row) * tile.low_step + piece * 8;
    unsigned char* slot = to + piece / 8 * EXPAND_ROWS * 128 + tile_at<8>(row, piece % 8);
#pragma unroll
    for (int i = 0; i < EXPAND_ROWS * 16 / GROUP; i++) {
        int step = i * (GROUP / 16);
        bool there = first + row + step < tile.rows && piece * 8 < tile.ranks;
        copy16_async(slot + step * 128, there ? from : tile.low, there);
        from += GROUP / 16 * tile.low_step;
    }
}

// 64 columns of up to 128 ranks, then the others.
__device__ __forceinline__ void expand_weights(
    unsigned char* to, const elem* b, int ranks, int columns, int out) {
    int piece = threadIdx.x % 16;
    int tall = (ranks + 15) / 16 * 16;
    unsigned char* slot = to + piece / 8 * EXPAND_RANKS * 128;
    for (int rank = threadIdx.x / 16; rank < tall; rank += GROUP / 16) {
        bool there = rank < ranks && piece * 8 < columns;
        copy16_async(slot + tile_at<8>(rank, piece % 8),
                     there ? b + (long long)rank * out + piece * 8 : b, there);
    }
}

#if WARPGROUPS

// sums = or += 64 rows of 16 ranks times 16 ranks of 128 columns.
__device__ __forceinline__ void multiply_turned(float (&sums)[64], uint64 low, uint64 b, int add) {
    asm volatile(
        "{\n"
        ".reg .pred p;\n"
        "setp.ne.b32 p, %66, 0;\n"
        "wgmma.mma_async.sync.aligned.m64n128k16.f32.bf16.bf16 {" NAMES_64
        "}, %64, %65, p, 1, 1, 0, 1;\n"
        "}"
        : F64(sums)
        : "l"(low), "l"(b), "r"(add));
}

// Begins; products_end before anything of it is touched.
__device__ __forceinline__ void expand_multiply(float (&sums)[64], uint32 low, uint32 b, int ranks) {
    pin(sums);
    products_begin();
#pragma unroll
    for (int k = 0; k < EXPAND_RANKS / 16; k++) {
        if (k * 16 < ranks) {
            multiply_turned(sums, operand(low + k / 4 * EXPAND_ROWS * 128 + k % 4 * 32, 16),
                            operand(b + k * 16 * 128, EXPAND_RANKS * 128), k > 0);
        }
    }
    products_commit();
}

#else

__device__ __forceinline__ void expand_multiply(float (&sums)[64], uint32 low, uint32 b, int ranks) {
    int lane = threadIdx.x % WARP;
    int row = threadIdx.x / WARP * 16 + lane % 16;
#pragma unroll
    for (int i = 0; i < 64; i++) {
        sums[i] = 0.0f;
    }
#pragma unroll 1
    for (int k = 0; k * 16 < ranks; k++) {
        uint32 left[4];
        int piece = k * 2 + lane / 16;
        matrices(left, low + piece / 8 * EXPAND_ROWS * 128 + tile_at<8>(row, piece % 8));
#pragma unroll
        for (int column = 0; column < 128; column += 16) {
            uint32 right[4];
            int of = column / 8 + lane / 16;
            matrices_turned(right, b + of / 8 * EXPAND_RANKS * 128 +
                                       tile_at<8>(k * 16 + lane % 16, of % 8));
            multiply(part_of(sums, column / 8), left, right[0], right[1]);
            multiply(part_of(sums, column / 8 + 1), left, right[2], right[3]);
        }
    }
}

#endif

// Among four neighbouring lanes: word p of lane t becomes word t of lane p.
__device__ __forceinline__ void turn(uint32 (&words)[4]) {
    bool odd = threadIdx.x % 2;
    bool high = threadIdx.x % 4 / 2;
    uint32 a = __shfl_xor_sync(FULL_WARP, odd ? words[0] : words[1], 1);
    uint32 b = __shfl_xor_sync(FULL_WARP, odd ? words[2] : words[3], 1);
    words[0] = odd ? a : words[0];
    words[1] = odd ? words[1] : a;
    words[2] = odd ? b : words[2];
    words[3] = odd ? words[3] : b;
    a = __shfl_xor_sync(FULL_WARP, high ? words[0] : words[2], 2);
    b = __shfl_xor_sync(FULL_WARP, high ? words[1] : words[3], 2);
    words[0] = high ? a : words[0];
    words[1] = high ? b : words[1];
    words[2] = high ? words[2] : a;
    words[3] = high ? words[3] : b;
}

// What a thread has of y: 8 columns from `quad` * 8 on of each 32, in the two rows of its sums.
struct ExpandOwn {
    uint32 words[8][4];

    static __device__ __forceinline__ int row_of(int i) {
        return threadIdx.x / WARP * 16 + threadIdx.x % WARP / 4 + i % 2 * 8;
    }

    static __device__ __forceinline__ int column_of(int i) {
        return i / 2 * 32 + threadIdx.x % 4 * 8;
    }

    __device__ __forceinline__ void load(const ExpandTile& tile, int first) {
#pragma unroll
        for (int i = 0; i < 8; i++) {
            uint4 raw = make_uint4(0, 0, 0, 0);
            int row = first + row_of(i);
            if (row < tile.rows && column_of(i) < tile.columns) {
                raw = fresh16(tile.y + row * tile.y_step + column_of(i));
            }
            words[i][0] = raw.x;
            words[i][1] = raw.y;
            words[i][2] = raw.z;
            words[i][3] = raw.w;
        }
    }

    __device__ __forceinline__ void add(const float (&sums)[64], float scaling) {
#pragma unroll
        for (int i = 0; i < 8; i++) {
            turn(words[i]);
#pragma unroll
            for (int t = 0; t < 4; t++) {
                const float* sum = sums + (i / 2 * 4 + t) * 4 + i % 2 * 2;
                uint32 old = words[i][t];
                words[i][t] = pack_pair(fmaf(scaling, sum[0], __uint_as_float(old << 16)),
                                        fmaf(scaling, sum[1], __uint_as_float(old & 0xffff0000u)));
            }
            turn(words[i]);
        }
    }

    __device__ __forceinline__ void put(const ExpandTile& tile, int first) {
#pragma unroll
        for (int i = 0; i < 8; i++) {
            int row = first + row_of(i);
            if (row < tile.rows && column_of(i) < tile.columns) {
                put(i, tile.y + row * tile.y_step);
            }
        }
    }

    __device__ __forceinline__ void put(int i, elem* row) {
        *reinterpret_cast<uint4*>(row + column_of(i)) =
            make_uint4(words[i][0], words[i][1], words[i][2], words[i][3]);
    }

#if HEAD_SIZE == EXPAND
    // A thread has of a row what the first half of the head has in two places, and its partners.
    __device__ __forceinline__ void put_head(
        const ExpandTile& tile, const RopeHead& head, int first) {
#pragma unroll
        for (int i = 0; i < 4; i++) {
            int row = first + row_of(i);
            if (row < tile.rows) {
                if (head.turns) {
                    long long angle = (long long)head.positions[row] * (HEAD_SIZE / 2) + column_of(i);
                    turn_pairs(i, head.cosines + angle, head.sines + angle);
                }
                elem* to = head.arena == nullptr ? tile.y + row * tile.y_step
                                                 : head.arena + head.cells[row] * head.cell_stride;
                put(i, to);
                put(i + 4, to);
            }
        }
    }

    __device__ __forceinline__ void turn_pairs(int i, const float* cosines, const float* sines) {
#pragma unroll
        for (int t = 0; t < 4; t++) {
            float2 cosine = *reinterpret_cast<const float2*>(cosines + t * 2);
            float2 sine = *reinterpret_cast<const float2*>(sines + t * 2);
            uint32 low = words[i][t];
            uint32 high = words[i + 4][t];
            float a = __uint_as_float(low << 16);
            float b = __uint_as_float(low & 0xffff0000u);
            float c = __uint_as_float(high << 16);
            float d = __uint_as_float(high & 0xffff0000u);
            rotate(a, c, cosine.x, sine.x);
            rotate(b, d, cosine.y, sine.y);
            words[i][t] = pack_pair(a, b);
            words[i + 4][t] = pack_pair(c, d);
        }
    }
#endif
};

// All of the block's rows, for up to EXPAND_RANKS of the ranks. PUT is told where they go.
template <class PUT>
__device__ __forceinline__ void expand_ranks(const ExpandTile& tile, unsigned char* weights,
                                             float scaling, int count, const PUT& put) {
    const int stage_bytes = EXPAND_ROWS * EXPAND_RANKS * 2;
    unsigned char* lows = weights + EXPAND * EXPAND_RANKS * 2;
    uint32 b = shared_address(weights);
    int parts = gridDim.y;
    float sums[64];
    expand_fetch(tile, lows, blockIdx.y * EXPAND_ROWS);
    copies_commit();
    for (int s = 0; s < count; s++) {
        int first = (blockIdx.y + s * parts) * EXPAND_ROWS;
        ExpandOwn own;
        own.load(tile, first);
        copies_wait<0>();
        show_to_matrix_units();
        __syncthreads();  // also: the rows before have been multiplied, so their place is free
        expand_multiply(sums, shared_address(lows) + s % 2 * stage_bytes, b, tile.ranks);
        if (s + 1 < count) {
            expand_fetch(tile, lows + (s + 1) % 2 * stage_bytes, first + parts * EXPAND_ROWS);
        }
        copies_commit();
        products_end(sums);
        own.add(sums, scaling);
        put(own, tile, first);
    }
}

// The same for a module that the adapter lacks.
template <class PUT>
__device__ __forceinline__ void put_as_they_are(const ExpandTile& tile, int count, const PUT& put) {
    for (int s = 0; s < count; s++) {
        int first = (blockIdx.y + s * gridDim.y) * EXPAND_ROWS;
        ExpandOwn own;
        own.load(tile, first);
        put(own, tile, first);
    }
}

// Rows go back to y; ALWAYS asks for those of modules that their adapter lacks as well.
struct PutRows {
    enum { ALWAYS = 0 };

    __device__ __forceinline__ void begin(int row, int module, int column) {}

    __device__ __forceinline__ void operator()(
        ExpandOwn& own, const ExpandTile& tile, int first) const {
        own.put(tile, first);
    }
};

template <class LAST>
__device__ __forceinline__ void expand(const LoraPrefill& lora, LAST last) {
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
    int all = place.w == 0 && !LAST::ALWAYS ? 0 : (work.y + EXPAND_ROWS - 1) / EXPAND_ROWS;
    if ((int)blockIdx.y >= all) {
        if (blockIdx.x == 0 && blockIdx.y == 0 && blockIdx.z == 0) {
            wait_for_previous();  // else the kernel after this one could overtake the one before
        }
        return;
    }
    int parts = gridDim.y;
    int count = (all - (int)blockIdx.y + parts - 1) / parts;
    const elem* b = lora.arena + (((long long)place.y << 32) | (unsigned)place.x) +
                    (long long)lora.layer * place.z + column;
    ExpandTile tile;
    const elem* low = lora.low + ((long long)work.x * lora.modules + module) * lora.low_stride;
    tile.low_step = (long long)lora.modules * lora.low_stride;
    tile.y = lora.y + work.x * lora.y_stride + start + column;
    tile.y_step = lora.y_stride;
    tile.rows = work.y;
    tile.columns = out - column;
    last.begin(work.x, module, column);
    if (LAST::ALWAYS && place.w == 0) {
        wait_for_previous();
        put_as_they_are(tile, count, last);
        return;
    }
    unsigned char* weights = aligned_tiles();
    for (int r0 = 0; r0 < place.w; r0 += EXPAND_RANKS) {
        tile.ranks = min(EXPAND_RANKS, place.w - r0);
        tile.low = low + r0;
        __syncthreads();
        expand_weights(weights, b + (long long)r0 * out, tile.ranks, out - column, out);
        if (r0 == 0) {
            wait_for_previous();
        }
        if (LAST::ALWAYS && r0 + EXPAND_RANKS < place.w) {
            expand_ranks(tile, weights, __int_as_float(work.z), count, PutRows());
        } else {
            expand_ranks(tile, weights, __int_as_float(work.z), count, last);
        }
    }
}

extern "C" __global__ void __launch_bounds__(GROUP, EXPAND_RESIDENT)
    lora_prefill_expand(LoraPrefill lora) {
    expand(lora, PutRows());
}

#if HEAD_SIZE == EXPAND

struct PutHeads {
    enum { ALWAYS = 1 };

    Rope rope;
    RopeHead head;

    // Of a chunk's first row in the batch, and a tile.
    __device__ __forceinline__ void begin(int row, int module, int column) {
        head.positions = rope.positions + row;
        head.cells = rope.cells + row;
        head.cosines = rope.cosines;
        head.sines = rope.sines;
        head.cell_stride = rope.cell_stride;
        head.turns = module < 2;
        head.arena = module == 0 ? nullptr
                                 : rope.arena + (module == 1 ? rope.k_offset : rope.v_offset) + column;
    }

    __device__ __forceinline__ void operator()(
        ExpandOwn& own, const ExpandTile& tile, int first) const {
        own.put_head(tile, head, first);
    }
};

extern "C" __global__ void __launch_bounds__(GROUP, EXPAND_RESIDENT)
    lora_prefill_expand_rope(LoraPrefill lora, Rope rope) {
    PutHeads heads;
    heads.rope = rope;
    expand(lora, heads);
}

#endif

#endif
