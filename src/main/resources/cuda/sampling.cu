// The choice of a token for each row of float logits, with the meaning of SequenceSampler and
// Candidates: logit bias, then repetition, frequency and presence penalty; greedy below a temperature
// of 1e-5, else min-p, top-k, top-p and a draw with the row's own uniform number; the lower id first
// among equals.
//
// Weights are whole numbers (the exponential times 2^44), so sums do not depend on their order: the
// same row gives the same token on each run and in any batch. A vocabulary is never sorted. Up to
// 1,024 candidates are selected by a count of their keys' digits and sorted in shared memory; where a
// nucleus or top-k is larger, a token's place is found by the weights of digits instead.
//
//   sample  grid (row bucket), block 1,024, no dynamic shared memory
//           rows = live rows, in memory. Logits of a row lie `stride` floats apart; listed tokens'
//           logits are changed in place. A row's lists of biases { token, bits of the float } and of
//           penalised tokens { token, times generated; 0 if in the prompt alone } name a token once
//           each; end tokens that may not come yet are biases of minus infinity. raw_biases and
//           raw_penalties are scratch, one float an entry. Vocabulary: less than 2^18.

#define THREADS 1024
#define WARPS 32
#define SORTED 2048    // most candidates that are sorted
#define SELECTED 1024  // least that are selected for a nucleus
#define DIGITS 2048
#define WEIGHT_ONE 17592186044416.0f  // 2^44

struct SampleRow {
    double uniform;      // in [0, 1)
    double temperature;
    double top_p;        // 1: off
    double least;        // log of min-p; minus infinity: off
    int top_k;           // 0: off
    int bias_begin;
    int bias_end;
    int penalty_begin;
    int penalty_end;
    float repetition;
    float frequency;
    float presence;
    int wants_logprob;
    int unused;
};

struct SampleResult {
    int token;      // -1 unless status is 0
    float logprob;  // of the logits as they came; 0 if not wanted
    int status;     // 0, 1: a logit is NaN, 2: the largest is infinite
    int unused;
};

// Ascending with the logit; -0 is 0.
__device__ __forceinline__ uint32 key_of(float logit) {
    uint32 bits = __float_as_uint(logit == 0.0f ? 0.0f : logit);
    return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

__device__ __forceinline__ float logit_of(uint32 key) {
    return __uint_as_float(key & 0x80000000u ? key & 0x7fffffffu : ~key);
}

// A row and what turns its logits into weights.
struct Row {
    const float* logits;
    int vocabulary;
    float best;
    float inverse;  // of the temperature
    float least;

    __device__ __forceinline__ uint64 weight(float logit) const {
        float nats = (logit - best) * inverse;
        return nats < least ? 0 : __float2ull_rn(expf(nats) * WEIGHT_ONE);
    }

    // Calls f(token, logit) for every token, split among the threads of the block.
    template <typename F>
    __device__ __forceinline__ void each(F f) const {
        if (((uint64)logits & 15) == 0 && vocabulary % 4 == 0) {
#pragma unroll 4
            for (int i = threadIdx.x; i < vocabulary / 4; i += THREADS) {
                float4 four = *reinterpret_cast<const float4*>(logits + i * 4);
                f(i * 4, four.x);
                f(i * 4 + 1, four.y);
                f(i * 4 + 2, four.z);
                f(i * 4 + 3, four.w);
            }
        } else {
            for (int i = threadIdx.x; i < vocabulary; i += THREADS) {
                f(i, logits[i]);
            }
        }
    }
};

struct Scratch {
    uint64 warps[WARPS];
    uint64 found;
    uint32 prefix;
    int count;
    union {
        uint64 digits[DIGITS];
        uint64 running[SORTED];
    };
    uint64 keys[SORTED];
};

__device__ __forceinline__ uint64 block_largest(uint64 value, Scratch& scratch) {
#pragma unroll
    for (int step = 16; step > 0; step /= 2) {
        uint64 other = __shfl_xor_sync(FULL_WARP, value, step);
        value = other > value ? other : value;
    }
    __syncthreads();
    if (threadIdx.x % WARP == 0) {
        scratch.warps[threadIdx.x / WARP] = value;
    }
    __syncthreads();
    value = scratch.warps[threadIdx.x % WARP];
#pragma unroll
    for (int step = 16; step > 0; step /= 2) {
        uint64 other = __shfl_xor_sync(FULL_WARP, value, step);
        value = other > value ? other : value;
    }
    return value;
}

template <typename T>
__device__ __forceinline__ T warp_running(T value) {
#pragma unroll
    for (int step = 1; step < WARP; step *= 2) {
        T before = __shfl_up_sync(FULL_WARP, value, step);
        if (threadIdx.x % WARP >= step) {
            value += before;
        }
    }
    return value;
}

// The sum of this thread's value and of those of the threads before it.
__device__ __forceinline__ uint64 block_running(uint64 value, Scratch& scratch) {
    value = warp_running(value);
    __syncthreads();
    if (threadIdx.x % WARP == WARP - 1) {
        scratch.warps[threadIdx.x / WARP] = value;
    }
    __syncthreads();
    uint64 all = warp_running(scratch.warps[threadIdx.x % WARP]);
    int warp = threadIdx.x / WARP;
    uint64 before = __shfl_sync(FULL_WARP, all, warp == 0 ? 0 : warp - 1);
    return value + (warp == 0 ? 0 : before);
}

__device__ __forceinline__ uint64 block_total(uint64 value, Scratch& scratch) {
#pragma unroll
    for (int step = 16; step > 0; step /= 2) {
        value += __shfl_xor_sync(FULL_WARP, value, step);
    }
    __syncthreads();
    if (threadIdx.x % WARP == 0) {
        scratch.warps[threadIdx.x / WARP] = value;
    }
    __syncthreads();
    value = scratch.warps[threadIdx.x % WARP];
#pragma unroll
    for (int step = 16; step > 0; step /= 2) {
        value += __shfl_xor_sync(FULL_WARP, value, step);
    }
    return value;
}

// Into shared memory, which adds 32 bits at once, but 64 bits only by trying again and again while
// others add to the same number. The carries come in any order, and the sum is right at the end.
__device__ __forceinline__ void add(uint64* to, uint64 value) {
    uint32* halves = reinterpret_cast<uint32*>(to);
    uint32 low = (uint32)value;
    uint32 before = atomicAdd(halves, low);
    uint32 high = (uint32)(value >> 32) + (before + low < before);
    if (high > 0) {
        atomicAdd(halves + 1, high);
    }
}

// A token's place when the best come first: its key, and how many of the same key come before it.
struct Place {
    uint32 key;
    uint32 before;
};

// The first place up to which, itself included, the sum of weights exceeds the target; a weight is 1
// where COUNT. The sum of all must exceed it.
template <bool COUNT>
__device__ __noinline__ Place place_of(Row row, uint64 target, Scratch& scratch) {
    uint32* counts = reinterpret_cast<uint32*>(scratch.digits);
    uint32 prefix = 0;
#pragma unroll 1
    for (int level = 0; level < 3; level++) {
        int shift = level == 0 ? 21 : level == 1 ? 10 : 0;
        int width = level == 2 ? 10 : 11;
        uint32 mask = (1u << width) - 1;
        __syncthreads();
        for (int i = threadIdx.x; i < DIGITS; i += THREADS) {
            if (COUNT) {
                counts[i] = 0;
            } else {
                scratch.digits[i] = 0;
            }
        }
        __syncthreads();
        row.each([&](int, float logit) {
            uint32 key = key_of(logit);
            if (level == 0 || key >> (shift + width) == prefix) {
                uint32 digit = key >> shift & mask;
                if (COUNT) {
                    atomicAdd(counts + digit, 1u);
                } else {
                    uint64 weight = row.weight(logit);
                    if (weight > 0) {
                        add(scratch.digits + digit, weight);
                    }
                }
            }
        });
        __syncthreads();
        int high = DIGITS - 1 - 2 * threadIdx.x;
        uint64 first = COUNT ? counts[high] : scratch.digits[high];
        uint64 both = first + (COUNT ? counts[high - 1] : scratch.digits[high - 1]);
        uint64 upto = block_running(both, scratch);
        if (upto > target && upto - both <= target) {
            bool second = upto - both + first <= target;
            scratch.prefix = prefix << width | (high - second);
            scratch.found = target - (upto - both + (second ? first : 0));
        }
        __syncthreads();
        prefix = scratch.prefix;
        target = scratch.found;
    }
    uint64 each = COUNT ? 1 : row.weight(logit_of(prefix));
    return Place{prefix, (uint32)(target / each)};
}

// The weight of the tokens up to a place, itself included.
__device__ __noinline__ uint64 weight_upto(Row row, Place place, Scratch& scratch) {
    uint64 sum = 0;
    row.each([&](int, float logit) {
        if (key_of(logit) > place.key) {
            sum += row.weight(logit);
        }
    });
    return block_total(sum, scratch) + (place.before + 1) * row.weight(logit_of(place.key));
}

__device__ int token_at(const Row& row, Place place, Scratch& scratch) {
    int seen = 0;
    for (int base = 0; base < row.vocabulary; base += THREADS) {
        int token = base + threadIdx.x;
        bool equal = token < row.vocabulary && key_of(row.logits[token]) == place.key;
        int here = __syncthreads_count(equal);
        if (seen + here > place.before) {
            uint64 upto = block_running(equal, scratch);
            if (equal && seen + upto == place.before + 1) {
                scratch.count = token;
            }
            __syncthreads();
            return scratch.count;
        }
        seen += here;
    }
    return -1;  // not reached: the place is of a token
}

// The draw's target among whole weights.
__device__ __forceinline__ uint64 target_of(double uniform, uint64 sum) {
    uint64 target = __double2ull_rd(uniform * __ull2double_rn(sum));
    return target < sum ? target : sum - 1;
}

__device__ __forceinline__ uint64 nucleus_of(double top_p, uint64 sum) {
    uint64 needed = __double2ull_ru(top_p * __ull2double_rn(sum));
    return needed < 1 ? 1 : needed > sum ? sum : needed;
}

__device__ __noinline__ uint64 weight_of_all(Row row, Scratch& scratch) {
    uint64 sum = 0;
    row.each([&](int, float logit) { sum += row.weight(logit); });
    return block_total(sum, scratch);
}

// Among all tokens, in the order of their ids: each warp sums up a stretch of them.
__device__ int draw_of_all(const Row& row, double uniform, Scratch& scratch) {
    int warp = threadIdx.x / WARP;
    int lane = threadIdx.x % WARP;
    int stretch = (row.vocabulary + THREADS - 1) / THREADS * WARP;
    int begin = warp * stretch;
    int end = min(begin + stretch, row.vocabulary);
    uint64 sum = 0;
#pragma unroll 4
    for (int i = begin + lane; i < end; i += WARP) {
        sum += row.weight(row.logits[i]);
    }
#pragma unroll
    for (int step = 16; step > 0; step /= 2) {
        sum += __shfl_xor_sync(FULL_WARP, sum, step);
    }
    uint64 upto = block_running(lane == 0 ? sum : 0, scratch);  // the same in all lanes
    uint64 total = warp_running(scratch.warps[lane]);
    total = __shfl_sync(FULL_WARP, total, WARP - 1);
    uint64 target = target_of(uniform, total);
    if (upto > target && upto - sum <= target) {
        uint64 before = upto - sum;
        for (int i = begin; i < end; i += WARP) {
            uint64 weight = i + lane < end ? row.weight(row.logits[i + lane]) : 0;
            uint64 running = before + warp_running(weight);
            uint32 past = __ballot_sync(FULL_WARP, running > target);
            if (past != 0) {
                if (lane == 0) {
                    scratch.count = i + __ffs(past) - 1;
                }
                break;
            }
            before = __shfl_sync(FULL_WARP, running, WARP - 1);
        }
    }
    __syncthreads();
    return scratch.count;
}

__device__ void sort_keys(int size, Scratch& scratch) {
    for (int run = 2; run <= size; run *= 2) {
        for (int step = run / 2; step > 0; step /= 2) {
            __syncthreads();
            int i = threadIdx.x;
            if (i < size / 2) {
                int low = 2 * i - (i & (step - 1));
                int high = low + step;
                uint64 a = scratch.keys[low];
                uint64 b = scratch.keys[high];
                if ((a > b) == ((low & run) == 0)) {
                    scratch.keys[low] = b;
                    scratch.keys[high] = a;
                }
            }
        }
    }
    __syncthreads();
}

// Collects the tokens from a key on and sorts them, the best first. Returns how many, or more than
// SORTED if there is no room for all.
__device__ __noinline__ int collect(Row row, uint32 least, Scratch& scratch) {
    __syncthreads();
    if (threadIdx.x == 0) {
        scratch.count = 0;
    }
    __syncthreads();
    row.each([&](int token, float logit) {
        uint32 key = key_of(logit);
        if (key >= least) {
            int at = atomicAdd(&scratch.count, 1);
            if (at < SORTED) {
                scratch.keys[at] = (uint64)~key << 32 | (uint32)token;
            }
        }
    });
    __syncthreads();
    int count = scratch.count;
    if (count > SORTED) {
        return count;
    }
    int size = 2;
    while (size < count) {
        size *= 2;
    }
    for (int i = count + threadIdx.x; i < size; i += THREADS) {
        scratch.keys[i] = ~0ull;
    }
    sort_keys(size, scratch);
    return count;
}

// The first index of running[] that reaches a sum; some index must.
__device__ __forceinline__ int first_reaching(uint64 sum, int among, Scratch& scratch) {
    for (int i = threadIdx.x; i < among; i += THREADS) {
        if (scratch.running[i] >= sum && (i == 0 || scratch.running[i - 1] < sum)) {
            scratch.count = i;
        }
    }
    __syncthreads();
    int at = scratch.count;
    __syncthreads();
    return at;
}

// The draw where few candidates matter; -1 if they are too many.
__device__ int draw_of_few(const Row& row, const SampleRow& how, Scratch& scratch) {
    int most = how.top_k > 0 ? how.top_k : SELECTED;
    if (most > SELECTED) {
        return -1;
    }
    uint32 least = 0;
    if (row.vocabulary > most) {
        least = place_of<true>(row, most - 1, scratch).key;
    }
    int count = collect(row, least, scratch);
    if (count > SORTED) {
        return -1;
    }
    int kept = how.top_k > 0 ? min(how.top_k, count) : count;
    int i = 2 * threadIdx.x;
    uint64 first = i < kept ? row.weight(logit_of(~(uint32)(scratch.keys[i] >> 32))) : 0;
    uint64 second = i + 1 < kept ? row.weight(logit_of(~(uint32)(scratch.keys[i + 1] >> 32))) : 0;
    uint64 upto = block_running(first + second, scratch);
    scratch.running[i] = upto - second;
    scratch.running[i + 1] = upto;
    __syncthreads();
    uint64 sum = scratch.running[kept - 1];
    if (how.top_p < 1.0) {
        uint64 all = how.top_k > 0 ? sum : weight_of_all(row, scratch);
        uint64 needed = nucleus_of(how.top_p, all);
        if (needed > sum) {
            return -1;
        }
        sum = scratch.running[first_reaching(needed, kept, scratch)];
    }
    int at = first_reaching(target_of(how.uniform, sum) + 1, kept, scratch);
    return (int)(uint32)scratch.keys[at];
}

__device__ int draw_of_many(const Row& row, const SampleRow& how, Scratch& scratch) {
    uint64 sum;
    if (how.top_k > 0 && how.top_k < row.vocabulary) {
        sum = weight_upto(row, place_of<true>(row, how.top_k - 1, scratch), scratch);
    } else {
        sum = weight_of_all(row, scratch);
    }
    if (how.top_p < 1.0) {
        uint64 needed = nucleus_of(how.top_p, sum);
        sum = weight_upto(row, place_of<false>(row, needed - 1, scratch), scratch);
    }
    Place place = place_of<false>(row, target_of(how.uniform, sum), scratch);
    return token_at(row, place, scratch);
}

// The key of the best token above, the complement of its id below.
__device__ __noinline__ uint64 best_of(Row row, bool& nan, Scratch& scratch) {
    uint64 best = 0;
    bool bad = false;
    row.each([&](int token, float logit) {
        bad |= logit != logit;
        uint64 key = (uint64)key_of(logit) << 32 | ~(uint32)token;
        best = key > best ? key : best;
    });
    nan = __syncthreads_or(bad);
    return block_largest(best, scratch);
}

// The largest logit's status.
__device__ __forceinline__ int status_of(bool nan, float best) {
    return nan ? 1 : fabsf(best) == __int_as_float(0x7f800000) ? 2 : 0;
}

__device__ void adjust(float* logits, int vocabulary, const SampleRow& how, const int2* biases,
                       const int2* penalties, float* raw_biases, float* raw_penalties) {
    for (int i = how.bias_begin + threadIdx.x; i < how.bias_end; i += THREADS) {
        int2 bias = biases[i];
        if (bias.x >= 0 && bias.x < vocabulary) {
            raw_biases[i] = logits[bias.x];
            logits[bias.x] = logits[bias.x] + __int_as_float(bias.y);
        }
    }
    __syncthreads();
    for (int i = how.penalty_begin + threadIdx.x; i < how.penalty_end; i += THREADS) {
        int2 seen = penalties[i];
        if (seen.x >= 0 && seen.x < vocabulary) {
            float logit = logits[seen.x];
            raw_penalties[i] = logit;
            logit = logit > 0.0f ? __fdiv_rn(logit, how.repetition)
                                 : __fmul_rn(logit, how.repetition);
            if (seen.y > 0) {
                logit = __fsub_rn(logit, __fmul_rn(how.frequency, (float)seen.y));
                logit = __fsub_rn(logit, how.presence);
            }
            logits[seen.x] = logit;
        }
    }
    __syncthreads();
}

// The token's logit as it came; every thread that meets it in a list writes the same.
__device__ float raw_logit(const Row& row, int token, const SampleRow& how, const int2* biases,
                           const int2* penalties, const float* raw_biases,
                           const float* raw_penalties, float* shared) {
    __syncthreads();
    if (threadIdx.x == 0) {
        *shared = row.logits[token];
    }
    __syncthreads();
    for (int i = how.penalty_begin + threadIdx.x; i < how.penalty_end; i += THREADS) {
        if (penalties[i].x == token) {
            *shared = raw_penalties[i];
        }
    }
    __syncthreads();
    for (int i = how.bias_begin + threadIdx.x; i < how.bias_end; i += THREADS) {
        if (biases[i].x == token) {
            *shared = raw_biases[i];
        }
    }
    __syncthreads();
    return *shared;
}

extern "C" __global__ void __launch_bounds__(THREADS, 1)
    sample(float* logits, long long stride, int vocabulary, const int* rows, const SampleRow* hows,
           const int2* biases, const int2* penalties, float* raw_biases, float* raw_penalties,
           SampleResult* results) {
    __shared__ Scratch scratch;
    __shared__ float shared;
    wait_for_previous();
    if (blockIdx.x >= *rows) {
        return;
    }
    const SampleRow how = hows[blockIdx.x];
    float* mine = logits + blockIdx.x * stride;
    Row row{mine, vocabulary, 0.0f, 1.0f, __int_as_float(0xff800000)};
    bool nan;
    uint64 best = best_of(row, nan, scratch);
    float raw_best = logit_of((uint32)(best >> 32));
    int status = status_of(nan, raw_best);
    double log_sum = 0.0;
    if (status == 0 && how.wants_logprob) {
        row.best = raw_best;
        log_sum = raw_best + log(__ull2double_rn(weight_of_all(row, scratch)) / (double)WEIGHT_ONE);
    }
    bool adjusts = how.bias_end > how.bias_begin || how.penalty_end > how.penalty_begin;
    if (status == 0 && adjusts) {
        adjust(mine, vocabulary, how, biases, penalties, raw_biases, raw_penalties);
        best = best_of(row, nan, scratch);
        status = status_of(nan, logit_of((uint32)(best >> 32)));
    }
    int token = (int)~(uint32)best;
    if (status == 0 && how.temperature >= 1e-5) {
        row.best = logit_of((uint32)(best >> 32));
        row.inverse = (float)(1.0 / how.temperature);
        row.least = (float)how.least;
        if (how.top_k <= 0 && how.top_p >= 1.0) {
            token = draw_of_all(row, how.uniform, scratch);
        } else {
            token = draw_of_few(row, how, scratch);
            if (token < 0) {
                token = draw_of_many(row, how, scratch);
            }
        }
    }
    float logprob = 0.0f;
    if (status == 0 && how.wants_logprob) {
        float logit = raw_logit(row, token, how, biases, penalties, raw_biases, raw_penalties,
                                &shared);
        logprob = fmaxf(-9999.0f, (float)(logit - log_sum));
    }
    if (threadIdx.x == 0) {
        results[blockIdx.x] = SampleResult{status == 0 ? token : -1, logprob, status, 0};
    }
}
