class OneDnnProducts(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  def linear(self: __torch__.OneDnnProducts, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return ops.mkldnn._linear_pointwise(x, weight, bias, "none", annotate(List[Optional[number]], []), "")
  def linear_without_bias(self: __torch__.OneDnnProducts, x: Tensor, weight: Tensor) -> Tensor:
    return ops.mkldnn._linear_pointwise(x, weight, None, "none", annotate(List[Optional[number]], []), "")
  def linear_back(self: __torch__.OneDnnProducts, gradient: Tensor, weight: Tensor) -> Tensor:
    return ops.mkldnn._linear_pointwise(gradient, torch.t(weight), None, "none", annotate(List[Optional[number]], []), "")
  def packed(self: __torch__.OneDnnProducts, weight: Tensor) -> Tensor:
    return ops.mkldnn._reorder_linear_weight(torch.contiguous(weight), None)
