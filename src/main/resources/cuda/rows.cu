// Copies of adapter rows between their packed form and a window, and zeros for rows or parts of rows
// that an adapter lacks.
//
// A table entry is 6 numbers of 64 bits { from, to, rows, row stride of the source, row stride of the
// target, elements of a row }, all in elements; from and to count from the two bases. Entries do not
// overlap. The source may be pinned host memory that the device can address. 16 bytes at a time where
// both sides of an entry allow it.
//
//   copy_rows  grid (blocks for an entry: 4 to 32, entries), block 256
//   zero_rows  the same with a table of 4 numbers { to, rows, row stride, elements of a row }

__device__ __forceinline__ bool aligned(const void* pointer) {
    return ((uint64)pointer & 15) == 0;
}

extern "C" __global__ void __launch_bounds__(256) copy_rows(
    const elem* source, elem* target, const long long* table) {
    const long long* entry = table + blockIdx.y * 6;
    const elem* from = source + entry[0];
    elem* to = target + entry[1];
    long long from_stride = entry[3];
    long long to_stride = entry[4];
    int elements = (int)entry[5];
    bool wide = aligned(from) && aligned(to) && elements % VEC == 0 && from_stride % VEC == 0 &&
                to_stride % VEC == 0;
    int width = wide ? VEC : 1;
    int pieces = elements / width;
    long long all = entry[2] * pieces;
    long long step = (long long)gridDim.x * blockDim.x;
    long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x;
    if (wide) {
        for (; i < all; i += 4 * step) {
            uint4 held[4];
#pragma unroll
            for (int j = 0; j < 4; j++) {
                long long at = i + j * step;
                if (at < all) {
                    held[j] = __ldcs(reinterpret_cast<const uint4*>(
                        from + at / pieces * from_stride + at % pieces * VEC));
                }
            }
#pragma unroll
            for (int j = 0; j < 4; j++) {
                long long at = i + j * step;
                if (at < all) {
                    *reinterpret_cast<uint4*>(to + at / pieces * to_stride + at % pieces * VEC) =
                        held[j];
                }
            }
        }
    } else {
        for (; i < all; i += step) {
            to[i / pieces * to_stride + i % pieces] = from[i / pieces * from_stride + i % pieces];
        }
    }
}

extern "C" __global__ void __launch_bounds__(256) zero_rows(elem* target, const long long* table) {
    const long long* entry = table + blockIdx.y * 4;
    elem* to = target + entry[0];
    long long stride = entry[2];
    int elements = (int)entry[3];
    bool wide = aligned(to) && elements % VEC == 0 && stride % VEC == 0;
    int width = wide ? VEC : 1;
    int pieces = elements / width;
    long long all = entry[1] * pieces;
    long long step = (long long)gridDim.x * blockDim.x;
    for (long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x; i < all; i += step) {
        elem* at = to + i / pieces * stride + i % pieces * width;
        if (wide) {
            *reinterpret_cast<uint4*>(at) = make_uint4(0, 0, 0, 0);
        } else {
            *at = store(0.0f);
        }
    }
}
