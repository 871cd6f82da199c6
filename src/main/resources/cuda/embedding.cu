// Token embeddings: the first kernel of a step.
//
// embed: grid (rows), block 256 (any multiple of 32 to 1,024), no dynamic shared memory.
// An id of -1 is a padding row; -2 - r stands for the token that the step before chose for row r.
// `width` is a multiple of VEC; x and the table start at 16-byte addresses.

__device__ __forceinline__ void zero_row(elem* row, int width) {
    for (int i = threadIdx.x; i < width / VEC; i += blockDim.x) {
        reinterpret_cast<uint4*>(row)[i] = make_uint4(0, 0, 0, 0);
    }
}

// results: { token, logprob, status, 0 } of each row of the step before, 16 bytes.
__device__ __forceinline__ long token_of(int id, const int4* results) {
    return id < -1 ? results[-2 - id].x : id;
}

// x[t] = table[ids[t]]; a negative id is a padding row and gives zeros.
extern "C" __global__ void __launch_bounds__(1024)
embed(const int* ids, const elem* table, elem* x, int width, const int4* results) {
    // In this order: those after it read the step's numbers before they wait, see carry.cu.
    wait_for_previous();
    let_next_begin();
    long row = blockIdx.x;
    long id = token_of(ids[row], results);
    elem* to = x + row * width;
    if (id < 0) {
        zero_row(to, width);
        return;
    }
    const uint4* from = reinterpret_cast<const uint4*>(table + id * width);
    for (int i = threadIdx.x; i < width / VEC; i += blockDim.x) {
        reinterpret_cast<uint4*>(to)[i] = from[i];
    }
}
