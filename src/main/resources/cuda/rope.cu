// Rotary positions of q and k, and K and V into the arena: all that lies between the qkv product and
// attention.

#define HALF (HEAD_SIZE / 2)
#define HALF_VECTORS (HALF / VEC)
// Lanes that share a head: each has a vector of the first half and its partner of the second.
#define HEAD_LANES (HALF_VECTORS <= 1 ? 1 : HALF_VECTORS <= 2 ? 2 : HALF_VECTORS <= 4 ? 4 \
                    : HALF_VECTORS <= 8 ? 8 : HALF_VECTORS <= 16 ? 16 : 32)
#define ROW_HEADS (HEADS + 2 * KV_HEADS)

static_assert(HALF % VEC == 0, "a half head is whole 16-byte vectors");

__device__ __forceinline__ void add_vector(float* to, const elem* from) {
    float v[VEC];
    load16(from, v);
#pragma unroll
    for (int j = 0; j < VEC; j++) {
        to[j] = rounded(to[j] + v[j]);
    }
}

__device__ __forceinline__ void scale_vector(float* to, float inverse, const elem* weight) {
    float w[VEC];
    load16(weight, w);
#pragma unroll
    for (int j = 0; j < VEC; j++) {
        to[j] = rounded(rounded(to[j] * inverse) * w[j]);
    }
}

// A row of qkv is HEADS heads of q, KV_HEADS of k, KV_HEADS of v. For each row: adds the bias (of the
// whole row; may be null), divides q and k heads by their root mean square and multiplies with q_norm
// or k_norm (HEAD_SIZE weights each; may be null), rotates q and k by the angles of positions[row]
// (the first half of a head with the second, as Llama), writes q back in place, k and v to cell
// cells[row] of the arena. The k and v of qkv stay as they were. A negative cell is a row that only
// fills up, or that lora.cu or lora_prefill.cu have rotated: nothing is read or written. Tables are
// [context][HEAD_SIZE / 2]. All in float between the read and the write, save for the roundings that
// Hugging Face has too (bias, norm).
//
// Grid (ceil((HEADS + 2 KV_HEADS) * L / 128), rows), block 128, no dynamic shared memory; L =
// HEAD_SIZE / 2 / VEC rounded up to a power of two (8 for 128 in bf16). At most 65,535 rows.
extern "C" __global__ void __launch_bounds__(128, 8)
rope_kv(elem* qkv, const elem* bias, const elem* q_norm, const elem* k_norm, float epsilon,
        const int* positions, const int* cells, const float* cosines, const float* sines,
        elem* arena, long cell_stride, long k_offset, long v_offset) {
    int lane = threadIdx.x % HEAD_LANES;
    int head = (blockIdx.x * blockDim.x + threadIdx.x) / HEAD_LANES;
    wait_for_previous();
    let_next_begin();
    long cell = cells[blockIdx.y];
    if (cell < 0) {
        return;
    }
    bool active = head < ROW_HEADS && lane < HALF_VECTORS;
    bool value_head = head >= HEADS + KV_HEADS;
    bool query_head = head < HEADS;
    int low = lane * VEC;
    int high = low + HALF;
    elem* from = qkv + ((long)blockIdx.y * ROW_HEADS + head) * HEAD_SIZE;
    float a[VEC] = {};
    float b[VEC] = {};
    if (active) {
        load16(from + low, a);
        load16(from + high, b);
        if (bias != nullptr) {
            add_vector(a, bias + (long)head * HEAD_SIZE + low);
            add_vector(b, bias + (long)head * HEAD_SIZE + high);
        }
    }
    const elem* norm = query_head ? q_norm : k_norm;
    if (q_norm != nullptr || k_norm != nullptr) {
        float squares = 0.0f;
#pragma unroll
        for (int j = 0; j < VEC; j++) {
            squares += a[j] * a[j] + b[j] * b[j];
        }
        squares = warp_sum<HEAD_LANES>(squares);
        if (active && !value_head && norm != nullptr) {
            float inverse = rsqrtf(squares / HEAD_SIZE + epsilon);
            scale_vector(a, inverse, norm + low);
            scale_vector(b, inverse, norm + high);
        }
    }
    if (!active) {
        return;
    }
    if (!value_head) {
        long angle = (long)positions[blockIdx.y] * HALF + low;
#pragma unroll
        for (int j = 0; j < VEC; j += 4) {
            float4 cosine = *reinterpret_cast<const float4*>(cosines + angle + j);
            float4 sine = *reinterpret_cast<const float4*>(sines + angle + j);
            float c[4] = {cosine.x, cosine.y, cosine.z, cosine.w};
            float s[4] = {sine.x, sine.y, sine.z, sine.w};
#pragma unroll
            for (int i = 0; i < 4; i++) {
                rotate(a[j + i], b[j + i], c[i], s[i]);
            }
        }
    }
    elem* to = from;
    if (value_head) {
        to = arena + cell * cell_stride + v_offset + (head - HEADS - KV_HEADS) * HEAD_SIZE;
    } else if (!query_head) {
        to = arena + cell * cell_stride + k_offset + (head - HEADS) * HEAD_SIZE;
    }
    store16(to + low, a);
    store16(to + high, b);
}
