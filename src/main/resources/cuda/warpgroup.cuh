// Products of warpgroups: what every kernel that has them shares. Behind common.cuh in the texts whose
// architecture is sm_90a on a Hopper; WARPGROUPS says whether this one's is.

#ifdef __CUDA_ARCH_FEAT_SM90_ALL
#define WARPGROUPS 1
#else
#define WARPGROUPS 0
#endif

#if WARPGROUPS

// What this thread wrote to shared memory can be seen by the matrix units.
__device__ __forceinline__ void show_to_matrix_units() {
    asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
}

// How the matrix units find an operand: 128-byte rows whose 16-byte pieces are permuted by the row, so
// that 8 rows at one piece fall into different banks, and 8 rows 1,024 bytes apart from the next 8;
// `across` is from a block of 64 columns to the next, where columns are not summed over.
__device__ __forceinline__ uint64 operand(uint32 address, uint32 across) {
    return (uint64)((address & 0x3ffffu) >> 4) | ((uint64)(across >> 4) << 16) |
           ((uint64)(1024 >> 4) << 32) | (1ull << 62);
}

__device__ __forceinline__ void products_begin() {
    asm volatile("wgmma.fence.sync.aligned;" ::: "memory");
}

__device__ __forceinline__ void products_commit() {
    asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory");
}

template <int PENDING>
__device__ __forceinline__ void products_wait() {
    asm volatile("wgmma.wait_group.sync.aligned %0;" ::"n"(PENDING) : "memory");
}

// The compiler may not move what reads or writes these registers over this place.
template <int N>
__device__ __forceinline__ void pin(float (&values)[N]) {
#pragma unroll
    for (int i = 0; i < N; i++) {
        asm volatile("" : "+f"(values[i])::"memory");
    }
}

// Registers as operands of a product, and their names in its text.
#define F4(c, i) "+f"(c[i]), "+f"(c[i + 1]), "+f"(c[i + 2]), "+f"(c[i + 3])
#define F8(c) F4(c, 0), F4(c, 4)
#define F16(c, i) F4(c, i), F4(c, i + 4), F4(c, i + 8), F4(c, i + 12)
#define F32(c, i) F16(c, i), F16(c, i + 16)
#define F64(c) F32(c, 0), F32(c, 32)
#define NAMES_8 "%0, %1, %2, %3, %4, %5, %6, %7"
#define NAMES_16 NAMES_8 ", %8, %9, %10, %11, %12, %13, %14, %15"
#define NAMES_32                                                                                   \
    NAMES_16                                                                                       \
    ", %16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31"
#define NAMES_64                                                                                   \
    NAMES_32                                                                                       \
    ", %32, %33, %34, %35, %36, %37, %38, %39, %40, %41, %42, %43, %44, %45, %46, %47"             \
    ", %48, %49, %50, %51, %52, %53, %54, %55, %56, %57, %58, %59, %60, %61, %62, %63"

#endif
