// RMSNorm, rounded as Hugging Face's LlamaRMSNorm: mean of squares in float, x / rms rounded to an
// element, then the product with the weight rounded again.

// Vectors a thread keeps in registers between the two passes; what is beyond them is read twice.
#define KEPT 4

// out[i] = norm(x[rows[i]]) * weight, or of x[i] where rows is null; a negative row gives zeros.
// Grid (output rows), block: any multiple of 32 up to 1,024; for few rows best width / VEC rounded up,
// for many that divided by KEPT. A block's size says how a row's sum is cut. No dynamic shared memory.
// `width` is a multiple of VEC, addresses multiples of 16 bytes.
extern "C" __global__ void __launch_bounds__(1024)
rms_norm(const elem* x, const elem* weight, elem* out, const int* rows, int width, float epsilon) {
    __shared__ float scratch[WARP];
    int vectors = width / VEC;
    uint4 scale = make_uint4(0, 0, 0, 0);
    if (threadIdx.x < vectors) {
        scale = read16(weight + threadIdx.x * VEC);
    }
    wait_for_previous();
    let_next_begin();
    // Cast: the common type of blockIdx.x and an int is unsigned, and -1 would become a row.
    long source = rows == nullptr ? (long)blockIdx.x : (long)rows[blockIdx.x];
    elem* to = out + (long)blockIdx.x * width;
    if (source < 0) {
        for (int i = threadIdx.x; i < vectors; i += blockDim.x) {
            reinterpret_cast<uint4*>(to)[i] = make_uint4(0, 0, 0, 0);
        }
        return;
    }
    const elem* from = x + source * width;
    uint4 kept[KEPT];
    float squares = 0.0f;
#pragma unroll
    for (int k = 0; k < KEPT; k++) {
        int i = threadIdx.x + k * blockDim.x;
        kept[k] = i < vectors ? read16(from + i * VEC) : make_uint4(0, 0, 0, 0);
    }
#pragma unroll
    for (int k = 0; k < KEPT; k++) {
        float v[VEC];
        unpack(kept[k], v);
#pragma unroll
        for (int j = 0; j < VEC; j++) {
            squares += v[j] * v[j];
        }
    }
    for (int i = threadIdx.x + KEPT * blockDim.x; i < vectors; i += blockDim.x) {
        float v[VEC];
        load16(from + i * VEC, v);
#pragma unroll
        for (int j = 0; j < VEC; j++) {
            squares += v[j] * v[j];
        }
    }
    float inverse = rsqrtf(block_sum(squares, scratch) / width + epsilon);
#pragma unroll
    for (int k = 0; k < KEPT; k++) {
        int i = threadIdx.x + k * blockDim.x;
        if (i < vectors) {
            float v[VEC];
            float w[VEC];
            unpack(kept[k], v);
            unpack(k == 0 ? scale : read16(weight + i * VEC), w);
#pragma unroll
            for (int j = 0; j < VEC; j++) {
                v[j] = rounded(v[j] * inverse) * w[j];
            }
            store16(to + i * VEC, v);
        }
    }
    for (int i = threadIdx.x + KEPT * blockDim.x; i < vectors; i += blockDim.x) {
        float v[VEC];
        float w[VEC];
        load16(from + i * VEC, v);
        load16(weight + i * VEC, w);
#pragma unroll
        for (int j = 0; j < VEC; j++) {
            v[j] = rounded(v[j] * inverse) * w[j];
        }
        store16(to + i * VEC, v);
    }
}
