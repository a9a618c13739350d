class DenseSolve(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  def forward(self: __torch__.DenseSolve,
    a: Tensor,
    b: Tensor) -> Tensor:
    return torch.linalg_solve(a, b)
