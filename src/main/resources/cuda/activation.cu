// The MLP's activation, and biases.
//
// silu_mul, add_bias: grid (ceil(width / VEC / 256), rows), block 256, no dynamic shared memory.
// `width` is a multiple of VEC, addresses multiples of 16 bytes, at most 65,535 rows a launch.

// out[t] = silu(gate + gate_bias) * (up + up_bias) for a row gate[width] up[width] of gate_up. A bias
// may be null. Rounded once, at the end.
extern "C" __global__ void __launch_bounds__(256)
silu_mul(const elem* gate_up, const elem* gate_bias, const elem* up_bias, elem* out, int width) {
    wait_for_previous();
    let_next_begin();
    int i = (blockIdx.x * blockDim.x + threadIdx.x) * VEC;
    if (i >= width) {
        return;
    }
    const elem* row = gate_up + (long)blockIdx.y * 2 * width;
    uint4 raw_gate = read16(row + i);
    uint4 raw_up = read16(row + width + i);
    float gate[VEC];
    float up[VEC];
    unpack(raw_gate, gate);
    unpack(raw_up, up);
    if (gate_bias != nullptr) {
        float bias[VEC];
        load16(gate_bias + i, bias);
#pragma unroll
        for (int j = 0; j < VEC; j++) {
            gate[j] += bias[j];
        }
    }
    if (up_bias != nullptr) {
        float bias[VEC];
        load16(up_bias + i, bias);
#pragma unroll
        for (int j = 0; j < VEC; j++) {
            up[j] += bias[j];
        }
    }
#pragma unroll
    for (int j = 0; j < VEC; j++) {
        gate[j] = gate[j] / (1.0f + expf(-gate[j])) * up[j];
    }
    store16(out + (long)blockIdx.y * width + i, gate);
}

// y[t] += bias.
extern "C" __global__ void __launch_bounds__(256)
add_bias(elem* y, const elem* bias, int width) {
    wait_for_previous();
    let_next_begin();
    int i = (blockIdx.x * blockDim.x + threadIdx.x) * VEC;
    if (i >= width) {
        return;
    }
    elem* at = y + (long)blockIdx.y * width + i;
    float v[VEC];
    float b[VEC];
    load16(at, v);
    load16(bias + i, b);
#pragma unroll
    for (int j = 0; j < VEC; j++) {
        v[j] += b[j];
    }
    store16(at, v);
}
