// Token embeddings: the first kernel of a step.
//
// embed, embed_norm: grid (rows), block 256 (any multiple of 32 to 1,024), no dynamic shared memory.
// `width` is a multiple of VEC; x, out, the table and the weight start at 16-byte addresses.

__device__ __forceinline__ void zero_row(elem* row, int width) {
    for (int i = threadIdx.x; i < width / VEC; i += blockDim.x) {
        reinterpret_cast<uint4*>(row)[i] = make_uint4(0, 0, 0, 0);
    }
}

// x[t] = table[ids[t]]; a negative id is a padding row and gives zeros.
extern "C" __global__ void __launch_bounds__(1024)
embed(const int* ids, const elem* table, elem* x, int width) {
    wait_for_previous();
    let_next_begin();
    long row = blockIdx.x;
    long id = ids[row];
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

// embed, and the first layer's norm of it into out[t] (rounded as rms_norm does).
extern "C" __global__ void __launch_bounds__(1024)
embed_norm(const int* ids, const elem* table, elem* x, const elem* weight, elem* out, int width,
           float epsilon) {
    __shared__ float scratch[WARP];
    wait_for_previous();
    let_next_begin();
    long row = blockIdx.x;
    long id = ids[row];
    elem* to = x + row * width;
    if (id < 0) {
        zero_row(to, width);
        zero_row(out + row * width, width);
        return;
    }
    const elem* from = table + id * width;
    float squares = 0.0f;
    for (int i = threadIdx.x; i < width / VEC; i += blockDim.x) {
        uint4 raw = read16(from + i * VEC);
        reinterpret_cast<uint4*>(to)[i] = raw;
        float v[VEC];
        unpack(raw, v);
#pragma unroll
        for (int j = 0; j < VEC; j++) {
            squares += v[j] * v[j];
        }
    }
    float inverse = rsqrtf(block_sum(squares, scratch) / width + epsilon);
    for (int i = threadIdx.x; i < width / VEC; i += blockDim.x) {
        float v[VEC];
        float w[VEC];
        load16(from + i * VEC, v);
        load16(weight + i * VEC, w);
#pragma unroll
        for (int j = 0; j < VEC; j++) {
            v[j] = rounded(v[j] * inverse) * w[j];
        }
        store16(out + row * width + i * VEC, v);
    }
}
