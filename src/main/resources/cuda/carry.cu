// The numbers of a step, from pinned memory of the host to the device: a copy by the copy engine would
// wait there behind whatever adapter is on its way.

#define MOST_RANGES 64
#define THREADS 256

// Neighbouring numbers of 4 bytes. A range begins at a multiple of 16 of them, and what is copied beyond
// its end, up to a multiple of 4, is of nobody else.
struct Ranges {
    int first[MOST_RANGES];
    int count[MOST_RANGES];
};

// What the host wrote before the launch, whatever was read there earlier.
__device__ __forceinline__ int4 read_host(const int4* from) {
    int4 raw;
    asm volatile("ld.volatile.global.v4.s32 {%0, %1, %2, %3}, [%4];"
                 : "=r"(raw.x), "=r"(raw.y), "=r"(raw.z), "=r"(raw.w)
                 : "l"(from));
    return raw;
}

// to[i] = from[i] for all i of the ranges. `to` and `from` are multiples of 16 bytes.
//
// Kernels read these numbers before they wait for those before them. So this one never lets the next one
// begin early, and that one, the embedding, waits for it before it lets the one after it begin: whatever
// comes later begins when all numbers are there. Before it writes, it waits for those who still read.
//
// Grid (any, ranges), block 256, no dynamic shared memory.
extern "C" __global__ void __launch_bounds__(THREADS)
carry(int* to, const int* from, Ranges ranges) {
    int first = ranges.first[blockIdx.y];
    int vectors = (ranges.count[blockIdx.y] + 3) / 4;
    const int4* source = reinterpret_cast<const int4*>(from + first);
    int4* target = reinterpret_cast<int4*>(to + first);
    int at = blockIdx.x * THREADS + threadIdx.x;
    int4 numbers = at < vectors ? read_host(source + at) : make_int4(0, 0, 0, 0);
    wait_for_previous();
    while (at < vectors) {
        target[at] = numbers;
        at += gridDim.x * THREADS;
        if (at < vectors) {
            numbers = read_host(source + at);
        }
    }
}
