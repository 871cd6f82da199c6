class Ceilings(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # Small ordinary numbers: zeros might share one page, and denormals are slow.
  def filled(self: __torch__.Ceilings, shape: List[int]) -> Tensor:
    return torch.full(shape, 0.001, dtype=6)

  def pack(self: __torch__.Ceilings, w: Tensor) -> Tensor:
    return ops.mkldnn._reorder_linear_weight(w, 1)

  # The two ways libtorch has on a CPU; which is the faster one depends on the CPU.
  def product(self: __torch__.Ceilings, x: Tensor, w: Tensor) -> Tensor:
    return torch.mm(x, w)

  def packed_product(self: __torch__.Ceilings, x: Tensor, w: Tensor) -> Tensor:
    return ops.mkldnn._linear_pointwise(x, w, None, "none", annotate(List[Optional[number]], []), None)

  # The norm is the reduction that does least besides reading: on all threads, several accumulators each.
  def read(self: __torch__.Ceilings, x: Tensor) -> Tensor:
    return torch.linalg_vector_norm(x, 2)
