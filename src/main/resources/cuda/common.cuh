// What every kernel shares: the element type, 16-byte accesses, reductions, asynchronous copies.
//
// A translation unit is this text followed by one .cu text; NVRTC compiles it without any header,
// for sm_80 or newer. Given as macros: ELEM_BF16 (1: bfloat16, 0: float), HEADS, KV_HEADS, HEAD_SIZE.
// All arithmetic is in float; elements are only a storage format.

#if ELEM_BF16
struct __align__(2) elem {
    unsigned short bits;
};
#define VEC 8  // elements in 16 bytes
#else
typedef float elem;
#define VEC 4
#endif

#define WARP 32
#define FULL_WARP 0xffffffffu

typedef unsigned int uint32;
typedef unsigned long long uint64;

// ---- one element -------------------------------------------------------------------------------

__device__ __forceinline__ float load(elem value) {
#if ELEM_BF16
    return __uint_as_float(((uint32)value.bits) << 16);
#else
    return value;
#endif
}

// Nearest even; NaN stays NaN.
__device__ __forceinline__ elem store(float value) {
#if ELEM_BF16
    elem result;
    asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(result.bits) : "f"(value));
    return result;
#else
    return value;
#endif
}

// What remains of a float that is stored as an element and read again.
__device__ __forceinline__ float rounded(float value) {
    return load(store(value));
}

// ---- 16 bytes: VEC elements --------------------------------------------------------------------

__device__ __forceinline__ void unpack(const uint4& raw, float* out) {
#if ELEM_BF16
    out[0] = __uint_as_float(raw.x << 16);
    out[1] = __uint_as_float(raw.x & 0xffff0000u);
    out[2] = __uint_as_float(raw.y << 16);
    out[3] = __uint_as_float(raw.y & 0xffff0000u);
    out[4] = __uint_as_float(raw.z << 16);
    out[5] = __uint_as_float(raw.z & 0xffff0000u);
    out[6] = __uint_as_float(raw.w << 16);
    out[7] = __uint_as_float(raw.w & 0xffff0000u);
#else
    out[0] = __uint_as_float(raw.x);
    out[1] = __uint_as_float(raw.y);
    out[2] = __uint_as_float(raw.z);
    out[3] = __uint_as_float(raw.w);
#endif
}

#if ELEM_BF16
__device__ __forceinline__ uint32 pack_pair(float low, float high) {
    uint32 result;
    asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(result) : "f"(high), "f"(low));
    return result;
}
#endif

__device__ __forceinline__ uint4 pack(const float* in) {
#if ELEM_BF16
    return make_uint4(pack_pair(in[0], in[1]), pack_pair(in[2], in[3]),
                      pack_pair(in[4], in[5]), pack_pair(in[6], in[7]));
#else
    return make_uint4(__float_as_uint(in[0]), __float_as_uint(in[1]),
                      __float_as_uint(in[2]), __float_as_uint(in[3]));
#endif
}

// Pointers of the 16-byte functions are 16-byte aligned.
__device__ __forceinline__ uint4 read16(const elem* from) {
    return *reinterpret_cast<const uint4*>(from);
}

// For data that is read once and by nobody else: weights, KV. It does not stay in L1. Only for memory
// that no one writes while the kernel runs.
__device__ __forceinline__ uint4 stream16(const elem* from) {
    uint4 raw;
    asm volatile("ld.global.nc.L1::no_allocate.L2::128B.v4.u32 {%0, %1, %2, %3}, [%4];"
                 : "=r"(raw.x), "=r"(raw.y), "=r"(raw.z), "=r"(raw.w)
                 : "l"(from));
    return raw;
}

// From the level-2 cache, and not before wait_for_previous: what other kernels of the step wrote.
__device__ __forceinline__ uint4 fresh16(const void* from) {
    uint4 raw;
    asm volatile("ld.global.cg.v4.u32 {%0, %1, %2, %3}, [%4];"
                 : "=r"(raw.x), "=r"(raw.y), "=r"(raw.z), "=r"(raw.w)
                 : "l"(from));
    return raw;
}

__device__ __forceinline__ void load16(const elem* from, float* out) {
    unpack(read16(from), out);
}

__device__ __forceinline__ void store16(elem* to, const float* in) {
    *reinterpret_cast<uint4*>(to) = pack(in);
}

// ---- rotary positions --------------------------------------------------------------------------

// Where rows are turned and kept beside the kernel that does nothing else, see rope.cu.
struct Rope {
    const int* positions;
    const int* cells;
    const float* cosines;
    const float* sines;
    elem* arena;
    long long cell_stride;
    long long k_offset;
    long long v_offset;
};

// Turns a number of a head's first half and its partner of the second by an angle; the same bits
// wherever it is done.
__device__ __forceinline__ void rotate(float& first, float& second, float cosine, float sine) {
    float turned = __fmaf_rn(first, cosine, -__fmul_rn(second, sine));
    second = __fmaf_rn(second, cosine, __fmul_rn(first, sine));
    first = turned;
}

// ---- reductions --------------------------------------------------------------------------------

// Over each aligned group of WIDTH lanes; all lanes get the result. All lanes of the warp call.
template <int WIDTH = WARP>
__device__ __forceinline__ float warp_sum(float value) {
#pragma unroll
    for (int step = WIDTH / 2; step > 0; step /= 2) {
        value += __shfl_xor_sync(FULL_WARP, value, step);
    }
    return value;
}

template <int WIDTH = WARP>
__device__ __forceinline__ float warp_max(float value) {
#pragma unroll
    for (int step = WIDTH / 2; step > 0; step /= 2) {
        value = fmaxf(value, __shfl_xor_sync(FULL_WARP, value, step));
    }
    return value;
}

// Over a block of whole warps, at most 1,024 threads; all threads get the result. `scratch` is shared
// memory for 32 floats. Every thread calls; may be called again at once.
__device__ __forceinline__ float block_sum(float value, float* scratch) {
    int lane = threadIdx.x % WARP;
    int warps = blockDim.x / WARP;
    value = warp_sum(value);
    __syncthreads();
    if (lane == 0) {
        scratch[threadIdx.x / WARP] = value;
    }
    __syncthreads();
    return warp_sum(lane < warps ? scratch[lane] : 0.0f);
}

__device__ __forceinline__ float block_max(float value, float* scratch) {
    int lane = threadIdx.x % WARP;
    int warps = blockDim.x / WARP;
    value = warp_max(value);
    __syncthreads();
    if (lane == 0) {
        scratch[threadIdx.x / WARP] = value;
    }
    __syncthreads();
    return warp_max(scratch[lane < warps ? lane : 0]);
}

// ---- asynchronous copies to shared memory -------------------------------------------------------

__device__ __forceinline__ uint32 shared_address(const void* pointer) {
    return (uint32)__cvta_generic_to_shared(pointer);
}

// 16 bytes, past L1.
__device__ __forceinline__ void copy16_async(void* shared, const void* global) {
    asm volatile("cp.async.cg.shared.global.L2::128B [%0], [%1], 16;" ::"r"(shared_address(shared)),
                 "l"(global)
                 : "memory");
}

// The same where `valid`, else zeros; `global` is then not read.
__device__ __forceinline__ void copy16_async(void* shared, const void* global, bool valid) {
    asm volatile("cp.async.cg.shared.global.L2::128B [%0], [%1], 16, %2;" ::"r"(
                     shared_address(shared)),
                 "l"(global), "r"(valid ? 16 : 0)
                 : "memory");
}

__device__ __forceinline__ void copy8_async(void* shared, const void* global, bool valid) {
    asm volatile("cp.async.ca.shared.global [%0], [%1], 8, %2;" ::"r"(shared_address(shared)),
                 "l"(global), "r"(valid ? 8 : 0)
                 : "memory");
}

__device__ __forceinline__ void copy4_async(void* shared, const void* global, bool valid) {
    asm volatile("cp.async.ca.shared.global [%0], [%1], 4, %2;" ::"r"(shared_address(shared)),
                 "l"(global), "r"(valid ? 4 : 0)
                 : "memory");
}

__device__ __forceinline__ void copies_commit() {
    asm volatile("cp.async.commit_group;" ::: "memory");
}

// Waits until at most PENDING groups of this thread are under way.
template <int PENDING>
__device__ __forceinline__ void copies_wait() {
    asm volatile("cp.async.wait_group %0;" ::"n"(PENDING) : "memory");
}

// ---- programmatic dependent launch (a no-op before sm_90, and where the launch does not ask for it)

// Waits until the kernels before have finished and their writes can be seen. Before it a kernel may
// read only what no kernel of the step writes (weights, tables), and the step's numbers, which are
// there before any kernel behind the embedding begins (see carry.cu).
__device__ __forceinline__ void wait_for_previous() {
#if __CUDA_ARCH__ >= 900
    asm volatile("griddepcontrol.wait;" ::: "memory");
#endif
}

// Lets the kernel after begin its prologue once all blocks of this one have said so.
__device__ __forceinline__ void let_next_begin() {
#if __CUDA_ARCH__ >= 900
    asm volatile("griddepcontrol.launch_dependents;" ::: "memory");
#endif
}
