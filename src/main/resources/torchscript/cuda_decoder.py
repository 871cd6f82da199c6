class Twins(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # ---- memory. gpu: number of the device, negative for the host. Kinds of numbers as libtorch counts them.
  def device(self: __torch__.Twins, gpu: int) -> Device:
    if gpu < 0:
      d = torch.device("cpu")
    else:
      d = torch.device("cuda:" + str(gpu))
    return d

  def zeros(self: __torch__.Twins, shape: List[int], kind: int, gpu: int) -> Tensor:
    return torch.zeros(shape, dtype=kind, device=self.device(gpu))

  def uninitialised(self: __torch__.Twins, shape: List[int], kind: int, gpu: int) -> Tensor:
    return torch.empty(shape, dtype=kind, device=self.device(gpu))

  def first(self: __torch__.Twins, tensor: Tensor) -> Tensor:
    return torch.slice(torch.view(tensor, [-1]), 0, 0, 1)

  # Elements of a tensor, converted, into another from an offset on.
  def convert(self: __torch__.Twins, stored: Tensor, to: Tensor, offset: int) -> int:
    flat = torch.view(to, [-1])
    end = offset + torch.numel(stored)
    part = torch.copy_(torch.slice(flat, 0, offset, end), torch.view(stored, [-1]))
    return 0

  # Normal numbers.
  def fill(self: __torch__.Twins, to: Tensor, offset: int, elements: int, mean: float, spread: float) -> int:
    flat = torch.view(to, [-1])
    part = torch.normal_(torch.slice(flat, 0, offset, offset + elements), mean, spread)
    return 0

  # Reads and writes every number: for measuring.
  def touched(self: __torch__.Twins, numbers: Tensor) -> int:
    part = torch.add_(numbers, 1.0)
    return 0

  # ---- the step, kernel by kernel: what each of them computes, in libtorch's operators. Outputs are written
  # into the first rows of buffers. meta: numbers of the step, 4 bytes each; the columns of it that matter are
  # given by where they begin.
  def embed(self: __torch__.Twins, table: Tensor, meta: Tensor, ids: int, rows: int, x: Tensor) -> int:
    index = torch.clamp_min(torch.slice(torch.view(meta, [-1]), 0, ids, ids + rows), 0)
    part = torch.copy_(torch.slice(x, 0, 0, rows), torch.index_select(table, 0, index))
    return 0

  def rms(self: __torch__.Twins, x: Tensor, weight: Tensor, epsilon: float) -> Tensor:
    f = torch.to(x, 6)
    scale = torch.rsqrt(torch.add(torch.mean(torch.mul(f, f), [-1], True), epsilon))
    return torch.mul(torch.to(torch.mul(f, scale), x.dtype), weight)

  # last: where the numbers of the rows to take begin; negative for the first rows as they are.
  def norm(self: __torch__.Twins, x: Tensor, weight: Tensor, epsilon: float, meta: Tensor, last: int, rows: int, out: Tensor) -> int:
    if last < 0:
      taken = torch.slice(x, 0, 0, rows)
    else:
      index = torch.clamp_min(torch.slice(torch.view(meta, [-1]), 0, last, last + rows), 0)
      taken = torch.index_select(x, 0, index)
    part = torch.copy_(torch.slice(out, 0, 0, rows), self.rms(taken, weight, epsilon))
    return 0

  def linear(self: __torch__.Twins, x: Tensor, weight: Tensor, rows: int, out: Tensor, accumulate: bool) -> int:
    taken = torch.slice(x, 0, 0, rows)
    to = torch.slice(out, 0, 0, rows)
    if accumulate:
      part = torch.addmm_(to, taken, torch.t(weight))
    else:
      part = torch.copy_(to, torch.linear(taken, weight))
    return 0

  def add_bias(self: __torch__.Twins, out: Tensor, bias: Tensor, rows: int) -> int:
    part = torch.add_(torch.slice(out, 0, 0, rows), bias)
    return 0

  def rotate(self: __torch__.Twins, heads: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    low, high = torch.chunk(torch.to(heads, 6), 2, -1)
    turned = torch.cat([torch.sub(torch.mul(low, cos), torch.mul(high, sin)), torch.add(torch.mul(high, cos), torch.mul(low, sin))], -1)
    return torch.to(turned, heads.dtype)

  # sizes: rows, heads, KV heads, head size; where positions and cells begin in meta; place: cells of the arena,
  # elements between two cells, from a cell to its K, to its V. norms: of q and of k, or nothing.
  def rope(self: __torch__.Twins, qkv: Tensor, norms: List[Tensor], epsilon: float, meta: Tensor, sizes: List[int], cosines: Tensor, sines: Tensor, arena: Tensor, place: List[int]) -> int:
    rows = sizes[0]
    heads = sizes[1]
    kv = sizes[2]
    size = sizes[3]
    numbers = torch.view(meta, [-1])
    positions = torch.slice(numbers, 0, sizes[4], sizes[4] + rows)
    cells = torch.to(torch.slice(numbers, 0, sizes[5], sizes[5] + rows), 4)
    cos = torch.unsqueeze(torch.index_select(cosines, 0, positions), 1)
    sin = torch.unsqueeze(torch.index_select(sines, 0, positions), 1)
    all = torch.view(torch.slice(qkv, 0, 0, rows), [rows, heads + 2 * kv, size])
    q = torch.slice(all, 1, 0, heads)
    k = torch.slice(all, 1, heads, heads + kv)
    v = torch.slice(all, 1, heads + kv, heads + 2 * kv)
    if len(norms) > 0:
      turned_q = self.rotate(self.rms(q, norms[0], epsilon), cos, sin)
      turned_k = self.rotate(self.rms(k, norms[1], epsilon), cos, sin)
    else:
      turned_q = self.rotate(q, cos, sin)
      turned_k = self.rotate(k, cos, sin)
    keys = torch.as_strided(arena, [place[0], kv, size], [place[1], size, 1], place[2])
    values = torch.as_strided(arena, [place[0], kv, size], [place[1], size, 1], place[3])
    ka = torch.index_copy_(keys, 0, cells, turned_k)
    va = torch.index_copy_(values, 0, cells, torch.contiguous(v))
    part = torch.copy_(q, turned_q)
    return 0

  # Attention of runs of rows, each over its own run of cells; the last row sees all of it.
  #   sequences   of each: first row, rows, first cell, length
  def attention(self: __torch__.Twins, qkv: Tensor, sizes: List[int], arena: Tensor, place: List[int], sequences: List[int], scale: float, out: Tensor) -> int:
    heads = sizes[1]
    kv = sizes[2]
    size = sizes[3]
    group = heads // kv
    for i in range(len(sequences) // 4):
      t = sequences[i * 4]
      n = sequences[i * 4 + 1]
      start = sequences[i * 4 + 2] * place[1]
      l = sequences[i * 4 + 3]
      to = torch.slice(out, 0, t, t + n)
      if l == 0:
        part = torch.zero_(to)
      else:
        rows = torch.view(torch.slice(qkv, 0, t, t + n), [n, heads + 2 * kv, size])
        q = torch.permute(torch.view(torch.contiguous(torch.slice(rows, 1, 0, heads)), [n, kv, group, size]), [1, 2, 0, 3])
        keys = torch.expand(torch.as_strided(arena, [kv, 1, l, size], [size, size, place[1], 1], start + place[2]), [kv, group, l, size])
        values = torch.expand(torch.as_strided(arena, [kv, 1, l, size], [size, size, place[1], 1], start + place[3]), [kv, group, l, size])
        scores = torch.mul(torch.matmul(torch.to(q, 6), torch.transpose(torch.to(keys, 6), 2, 3)), scale)
        unseen = torch.logical_not(torch.tril(torch.ones([n, l], dtype=11, device=out.device), l - n))
        weights = torch.softmax(torch.masked_fill(scores, unseen, float("-inf")), -1)
        o = torch.matmul(weights, torch.to(values, 6))
        part = torch.copy_(to, torch.reshape(torch.permute(o, [2, 0, 1, 3]), [n, heads * size]))
    return 0

  # The same by one fused kernel, in half precision on a GPU. where: in meta, where the ends of the queries'
  # rows (from 0), the first cells and the lengths begin; then sequences, most rows and greatest length.
  def flash(self: __torch__.Twins, qkv: Tensor, sizes: List[int], arena: Tensor, place: List[int], meta: Tensor, where: List[int], scale: float, out: Tensor) -> int:
    rows = sizes[0]
    first = sizes[4]
    heads = sizes[1]
    kv = sizes[2]
    size = sizes[3]
    n = where[3]
    numbers = torch.view(meta, [-1])
    ends = torch.slice(numbers, 0, where[0], where[0] + n + 1)
    starts = torch.slice(numbers, 0, where[1], where[1] + n + 1)
    lengths = torch.slice(numbers, 0, where[2], where[2] + n)
    all = torch.view(torch.slice(qkv, 0, first, first + rows), [rows, heads + 2 * kv, size])
    q = torch.slice(all, 1, 0, heads)
    keys = torch.as_strided(arena, [place[0], kv, size], [place[1], size, 1], place[2])
    values = torch.as_strided(arena, [place[0], kv, size], [place[1], size, 1], place[3])
    o, _a, _b, _c, _d = torch._flash_attention_forward(q, keys, values, ends, starts, where[4], where[5], 0.0, True, False, scale=scale, window_size_left=None, window_size_right=None, seqused_k=lengths, alibi_slopes=None)
    part = torch.copy_(torch.slice(out, 0, first, first + rows), torch.reshape(o, [rows, heads * size]))
    return 0

  # bias: of both halves, or nothing.
  def silu_mul(self: __torch__.Twins, gate_up: Tensor, bias: List[Tensor], rows: int, out: Tensor) -> int:
    taken = torch.to(torch.slice(gate_up, 0, 0, rows), 6)
    if len(bias) > 0:
      biased = torch.add(taken, bias[0])
    else:
      biased = taken
    gate, up = torch.chunk(biased, 2, -1)
    part = torch.copy_(torch.slice(out, 0, 0, rows), torch.mul(torch.silu(gate), up))
    return 0

  # Low-rank updates of one module, added to y in place.
  #   segments    of each: first and end row of the step, rank, offset of A in the arena, which B^T follows
  #   scalings    of each
  #   column      first column of the module in y
  def lora(self: __torch__.Twins, x: Tensor, y: Tensor, column: int, outputs: int, inputs: int, arena: Tensor, segments: List[int], scalings: List[float]) -> int:
    for i in range(len(scalings)):
      t0 = segments[i * 4]
      t1 = segments[i * 4 + 1]
      rank = segments[i * 4 + 2]
      at = segments[i * 4 + 3]
      a = torch.as_strided(arena, [rank, inputs], [inputs, 1], at)
      b = torch.as_strided(arena, [rank, outputs], [outputs, 1], at + rank * inputs)
      low = torch.linear(torch.to(torch.slice(x, 0, t0, t1), 6), torch.to(a, 6))
      change = torch.matmul(torch.mul(low, scalings[i]), torch.to(b, 6))
      to = torch.slice(torch.slice(y, 0, t0, t1), 1, column, column + outputs)
      part = torch.copy_(to, torch.add(torch.to(to, 6), change))
    return 0
