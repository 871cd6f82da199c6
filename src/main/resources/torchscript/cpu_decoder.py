class Decoder(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # y = x W^T (+ bias), W packed by pack(). The fused forms save a kernel and a pass over memory each.
  def linear(self: __torch__.Decoder, x: Tensor, w: Tensor, bias: Optional[Tensor], activation: str) -> Tensor:
    return ops.mkldnn._linear_pointwise(x, w, bias, activation, annotate(List[Optional[number]], []), None)

  def linear_with(self: __torch__.Decoder, x: Tensor, w: Tensor, bias: Optional[Tensor], other: Tensor, how: str) -> Tensor:
    return ops.mkldnn._linear_pointwise(x, other, w, bias, how)

  # RMSNorm in four operations: x / hypot(|x|, sqrt(d eps)) * (weight sqrt(d)).
  def norm(self: __torch__.Decoder, x: Tensor, weight: Tensor, root: Tensor) -> Tensor:
    return torch.mul(torch.div(x, torch.hypot(torch.linalg_vector_norm(x, 2, [-1], True), root)), weight)

  # Low-rank updates, added to y in place. A segment is rows [t0, t1) of the step that share the window
  # rows [r0, r1); its mask (t1 - t0, r1 - r0), or (1, 1) where all are one adapter's, has the scalings.
  # segments: t0, t1, r0, r1 each. place: where A and B^T of the module begin, elements between two rows.
  def add_lora(self: __torch__.Decoder, y: Tensor, column: int, outputs: int, x: Tensor, flat: Tensor, place: List[int], inputs: int, segments: List[int], masks: List[Tensor]) -> int:
    for i in range(len(masks)):
      t0 = segments[i * 4]
      t1 = segments[i * 4 + 1]
      r0 = segments[i * 4 + 2]
      rows = segments[i * 4 + 3] - r0
      stride = place[2]
      a = torch.as_strided(flat, [rows, inputs], [stride, 1], place[0] + r0 * stride)
      b = torch.as_strided(flat, [rows, outputs], [stride, 1], place[1] + r0 * stride)
      low = torch.mul_(torch.linear(torch.slice(x, 0, t0, t1), a), masks[i])
      torch.addmm_(torch.slice(torch.slice(y, 0, t0, t1), 1, column, column + outputs), low, b)
    return 0

  # Attention of single-token rows. Rows whose runs stand at equal distances in the arena are one batched
  # call over a strided view of it; any other row is two small products over its own run.
  #   groups   of each: first row, rows, first cell, cells between two runs, length, 1 if all are as long
  #   masks    of each: (rows, 1, 1, length) with -inf behind a row's end; not read where all are as long
  def decode_attention(self: __torch__.Decoder, q: Tensor, kv: Tensor, kv_heads: int, groups: List[int], masks: List[Tensor], out: List[Tensor]) -> int:
    heads = int(q.size(1))
    size = int(q.size(2))
    cell = int(kv.stride(0))
    for i in range(len(masks)):
      row = groups[i * 6]
      n = groups[i * 6 + 1]
      k_start = int(kv.storage_offset()) + groups[i * 6 + 2] * cell
      v_start = k_start + kv_heads * size
      stride = groups[i * 6 + 3] * cell
      length = groups[i * 6 + 4]
      queries = torch.slice(q, 0, row, row + n)
      if n == 1:
        keys = torch.as_strided(kv, [kv_heads, size, length], [size, 1, cell], k_start)
        values = torch.as_strided(kv, [kv_heads, length, size], [size, cell, 1], v_start)
        weights = torch.softmax(torch.bmm(torch.view(queries, [kv_heads, heads // kv_heads, size]), keys), -1)
        o = torch.bmm(weights, values)
      else:
        mask = annotate(Optional[Tensor], None)
        if groups[i * 6 + 5] == 0:
          mask = masks[i]
        keys = torch.as_strided(kv, [n, kv_heads, length, size], [stride, size, cell, 1], k_start)
        values = torch.as_strided(kv, [n, kv_heads, length, size], [stride, size, cell, 1], v_start)
        o = torch.scaled_dot_product_attention(torch.view(queries, [n, kv_heads, heads // kv_heads, size]), keys, values, mask, 0.0, False, scale=1.0)
      out.append(torch.reshape(o, [n, heads * size]))
    return 0

  # The masks of decode_attention; positions are those of the tokens fed, the last of their sequences.
  def decode_masks(self: __torch__.Decoder, positions: Tensor, groups: List[int]) -> List[Tensor]:
    masks = annotate(List[Tensor], [])
    for i in range(len(groups) // 6):
      if groups[i * 6 + 5] == 1:
        masks.append(positions)
      else:
        row = groups[i * 6]
        n = groups[i * 6 + 1]
        length = groups[i * 6 + 4]
        behind = torch.gt(torch.unsqueeze(torch.arange(length), 0), torch.unsqueeze(torch.slice(positions, 0, row, row + n), 1))
        mask = torch.masked_fill(torch.zeros([n, length], dtype=6), behind, float("-inf"))
        masks.append(torch.view(mask, [n, 1, 1, length]))
    return masks

  # Attention of prefill chunks; a chunk of n tokens ends at token l of its sequence.
  def prefill_attention(self: __torch__.Decoder, q: Tensor, kv: Tensor, kv_heads: int, sequences: List[int], first: int, out: List[Tensor]) -> int:
    heads = int(q.size(1))
    size = int(q.size(2))
    group = heads // kv_heads
    k, v = torch.unbind(kv, 1)
    keys = torch.transpose(k, 0, 1)
    values = torch.transpose(v, 0, 1)
    for i in range(first, len(sequences) // 4):
      t = sequences[i * 4]
      n = sequences[i * 4 + 1]
      start = sequences[i * 4 + 2]
      l = sequences[i * 4 + 3]
      qi = torch.permute(torch.view(torch.slice(q, 0, t, t + n), [n, kv_heads, group, size]), [1, 2, 0, 3])
      ki = torch.expand(torch.unsqueeze(torch.slice(keys, 1, start, start + l), 1), [kv_heads, group, l, size])
      vi = torch.expand(torch.unsqueeze(torch.slice(values, 1, start, start + l), 1), [kv_heads, group, l, size])
      if n == l:
        o = torch.scaled_dot_product_attention(qi, ki, vi, None, 0.0, True, scale=1.0)
      else:
        if n == 1:
          o = torch.scaled_dot_product_attention(qi, ki, vi, None, 0.0, False, scale=1.0)
        else:
          seen = torch.tril(torch.ones([n, l], dtype=11), l - n)
          o = torch.scaled_dot_product_attention(qi, ki, vi, seen, scale=1.0)
      out.append(torch.reshape(torch.permute(o, [2, 0, 1, 3]), [n, heads * size]))
    return 0

  # One step over T tokens: decode rows first, then prefill chunks. Returns the logits of the rows in
  # last, or an empty tensor if there are none.
  #   globals     embedding, final norm, packed head, roots (hidden, head), cos, sin (context, 3, head size),
  #               kind of each head: 0 query, 1 key, 2 value
  #   layers      14 a layer: norm, qkv, bias, q norm, k norm, o, bias, norm, gate, bias, up, bias, down, bias
  #   kv          for each layer a view (cells, 2, KV heads, head size) of the arena
  #   flat        the arena as one row of elements
  #   sequences   first row, rows, first cell, length with this step's tokens; decode rows first
  #   groups      how the decode rows are grouped for attention, see decode_attention
  #   places      for q k v o gate up down: offsets of A and B^T in layer 0, row stride, layer stride
  #   flags       qkv bias, o bias, MLP bias, q/k norm
  #   sizes       layers, heads, KV heads, head size, decode rows
  def step(self: __torch__.Decoder, globals: List[Tensor], layers: List[Tensor], kv: List[Tensor], flat: Tensor, ids: Tensor, positions: Tensor, slots: Tensor, last: Tensor, sequences: List[int], groups: List[int], places: List[int], attention_segments: List[int], attention_masks: List[Tensor], mlp_segments: List[int], mlp_masks: List[Tensor], flags: List[bool], sizes: List[int]) -> Tensor:
    heads = sizes[1]
    kv_heads = sizes[2]
    size = sizes[3]
    decode = sizes[4]
    x = torch.embedding(globals[0], ids)
    tokens = int(x.size(0))
    root = globals[3]
    head_root = globals[4]
    cos = torch.index_select(torch.index_select(globals[5], 0, positions), 1, globals[7])
    sin = torch.index_select(torch.index_select(globals[6], 0, positions), 1, globals[7])
    hidden = int(x.size(1))
    q_size = heads * size
    kv_size = kv_heads * size
    attention_lora = len(attention_masks) > 0
    row_masks = self.decode_masks(positions, groups)
    mlp_lora = len(mlp_masks) > 0
    qkv_bias = annotate(Optional[Tensor], None)
    o_bias = annotate(Optional[Tensor], None)
    gate_bias = annotate(Optional[Tensor], None)
    up_bias = annotate(Optional[Tensor], None)
    down_bias = annotate(Optional[Tensor], None)
    for l in range(sizes[0]):
      w = l * 14
      if flags[0]:
        qkv_bias = layers[w + 2]
      if flags[1]:
        o_bias = layers[w + 6]
      if flags[2]:
        gate_bias = layers[w + 9]
        up_bias = layers[w + 11]
        down_bias = layers[w + 13]
      h = self.norm(x, layers[w], root)
      qkv = self.linear(h, layers[w + 1], qkv_bias, "none")
      if attention_lora:
        _q = self.add_lora(qkv, 0, q_size, h, flat, self.place(places, 0, l), hidden, attention_segments, attention_masks)
        _k = self.add_lora(qkv, q_size, kv_size, h, flat, self.place(places, 1, l), hidden, attention_segments, attention_masks)
        _v = self.add_lora(qkv, q_size + kv_size, kv_size, h, flat, self.place(places, 2, l), hidden, attention_segments, attention_masks)
      all_heads = torch.view(qkv, [tokens, heads + 2 * kv_heads, size])
      if flags[3]:
        qh, kh, vh = torch.split_with_sizes(all_heads, [heads, kv_heads, kv_heads], 1)
        all_heads = torch.cat([self.norm(qh, layers[w + 3], head_root), self.norm(kh, layers[w + 4], head_root), vh], 1)
      turned = torch.addcmul(torch.mul(all_heads, cos), torch.roll(all_heads, [size // 2], [-1]), sin)
      q, new_kv = torch.split_with_sizes(turned, [heads, 2 * kv_heads], 1)
      torch.index_copy_(kv[l], 0, slots, torch.view(new_kv, [tokens, 2, kv_heads, size]))
      parts = annotate(List[Tensor], [])
      if decode > 0:
        _d = self.decode_attention(q, kv[l], kv_heads, groups, row_masks, parts)
      if decode < tokens:
        _p = self.prefill_attention(q, kv[l], kv_heads, sequences, decode, parts)
      if len(parts) == 1:
        o = parts[0]
      else:
        o = torch.cat(parts, 0)
      x = self.linear_with(o, layers[w + 5], o_bias, x, "add")
      if attention_lora:
        _o = self.add_lora(x, 0, hidden, o, flat, self.place(places, 3, l), q_size, attention_segments, attention_masks)
      h = self.norm(x, layers[w + 7], root)
      if mlp_lora:
        gate = self.linear(h, layers[w + 8], gate_bias, "none")
        up = self.linear(h, layers[w + 10], up_bias, "none")
        wide = int(gate.size(1))
        _g = self.add_lora(gate, 0, wide, h, flat, self.place(places, 4, l), hidden, mlp_segments, mlp_masks)
        _u = self.add_lora(up, 0, wide, h, flat, self.place(places, 5, l), hidden, mlp_segments, mlp_masks)
        f = torch.mul_(torch.silu(gate), up)
        x = self.linear_with(f, layers[w + 12], down_bias, x, "add")
        _w = self.add_lora(x, 0, hidden, f, flat, self.place(places, 6, l), wide, mlp_segments, mlp_masks)
      else:
        gate = self.linear(h, layers[w + 8], gate_bias, "swish")
        f = self.linear_with(h, layers[w + 10], up_bias, gate, "mul")
        x = self.linear_with(f, layers[w + 12], down_bias, x, "add")
    if int(last.size(0)) == 0:
      return torch.empty([0], dtype=6)
    x = self.norm(torch.index_select(x, 0, last), globals[1], root)
    return self.linear(x, globals[2], None, "none")

  # Offsets of A and B^T of a module in layer l, and the row stride.
  def place(self: __torch__.Decoder, places: List[int], module: int, l: int) -> List[int]:
    m = module * 4
    return [places[m] + l * places[m + 3], places[m + 1] + l * places[m + 3], places[m + 2]]

  # Cosines and sines (context, 3 kinds, head size): queries carry the attention scale, values pass
  # unchanged. The sine's first half is negative, for the rotation by torch.roll.
  def rope_tables(self: __torch__.Decoder, frequencies: Tensor, context: int, scale: float) -> Tuple[Tensor, Tensor]:
    angles = torch.outer(torch.to(torch.arange(context), 6), frequencies)
    cos = torch.unsqueeze(torch.cat([torch.cos(angles), torch.cos(angles)], 1), 1)
    sin = torch.unsqueeze(torch.cat([torch.neg(torch.sin(angles)), torch.sin(angles)], 1), 1)
    none = torch.zeros_like(sin)
    one = torch.ones_like(cos)
    return (torch.cat([torch.mul(cos, scale), cos, one], 1), torch.cat([torch.mul(sin, scale), sin, none], 1))

  # The arena as one row of elements, and its KV of each layer.
  def arena(self: __torch__.Decoder, cells: int, layers: int, kv_heads: int, size: int) -> Tuple[Tensor, List[Tensor]]:
    x = torch.empty([cells, layers, 2, kv_heads, size], dtype=6)
    return (torch.view(x, [-1]), torch.unbind(x, 1))

  # Stored bytes read as half-precision numbers become 4-byte floats.
  def uninitialised(self: __torch__.Decoder, shape: List[int], type: int) -> Tensor:
    return torch.empty(shape, dtype=type)

  def to_float(self: __torch__.Decoder, x: Tensor) -> Tensor:
    return torch.to(x, 6)

  def scaled(self: __torch__.Decoder, x: Tensor, factor: float) -> Tensor:
    return torch.mul(x, factor)

  def constant(self: __torch__.Decoder, value: float) -> Tensor:
    return torch.full([1], value, dtype=6)

  def joined(self: __torch__.Decoder, parts: List[Tensor]) -> Tensor:
    return torch.cat(parts, 0)

  # Reorders a weight (out, in) into oneDNN's blocked layout.
  def pack(self: __torch__.Decoder, w: Tensor) -> Tensor:
    return ops.mkldnn._reorder_linear_weight(w, 1)

  def first(self: __torch__.Decoder, x: Tensor) -> Tensor:
    return torch.slice(x, 0, 0, 1)
