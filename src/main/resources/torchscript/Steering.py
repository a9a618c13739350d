class Steering(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  def layer_norm(self: __torch__.Steering, x: Tensor, gain: Tensor, bias: Tensor, eps: float) -> List[Tensor]:
    y, mean, scale = torch.native_layer_norm(x, [torch.size(x, -1)], gain, bias, eps)
    return [y, mean, scale]
  def layer_norm_back(self: __torch__.Steering, gradient: Tensor, x: Tensor, mean: Tensor, scale: Tensor, gain: Tensor, bias: Tensor) -> Tensor:
    in_x, in_gain, in_bias = torch.native_layer_norm_backward(gradient, x, [torch.size(x, -1)], mean, scale, gain, bias, [True, False, False])
    return in_x
  def rms_norm(self: __torch__.Steering, x: Tensor, gain: Tensor, eps: float) -> List[Tensor]:
    scale = torch.rsqrt_(torch.add_(torch.mean(torch.mul(x, x), [-1], True), eps))
    unit = torch.mul(x, scale)
    return [torch.mul(unit, gain), unit, scale]
  def rms_norm_back(self: __torch__.Steering, gradient: Tensor, unit: Tensor, scale: Tensor, gain: Tensor) -> Tensor:
    weighted = torch.mul(gradient, gain)
    along = torch.mean(torch.mul(weighted, unit), [-1], True)
    return torch.mul_(torch.addcmul_(weighted, unit, along, value=-1), scale)
  def tanh_gelu(self: __torch__.Steering, x: Tensor, linear: float, cubic: float) -> List[Tensor]:
    inner = torch.add_(torch.mul_(torch.mul(x, x), cubic), linear)
    share = torch.sigmoid_(torch.mul(inner, x))
    return [torch.mul(share, x), share, inner]
  def tanh_gelu_back(self: __torch__.Steering, gradient: Tensor, x: Tensor, share: Tensor, inner: Tensor, linear: float) -> Tensor:
    value = torch.mul(x, share)
    rest = torch.addcmul_(value, value, share, value=-1)
    slope = torch.sub_(torch.mul_(inner, 3.), 2. * linear)
    return torch.mul_(torch.add_(torch.mul_(rest, slope), share), gradient)
  def gelu(self: __torch__.Steering, x: Tensor) -> Tensor:
    return torch.gelu(x)
  def gelu_back(self: __torch__.Steering, gradient: Tensor, x: Tensor) -> Tensor:
    return torch.gelu_backward(gradient, x)
  def silu(self: __torch__.Steering, x: Tensor) -> Tensor:
    return torch.silu(x)
  def silu_back(self: __torch__.Steering, gradient: Tensor, x: Tensor) -> Tensor:
    return torch.silu_backward(gradient, x)
  def relu(self: __torch__.Steering, x: Tensor) -> Tensor:
    return torch.relu(x)
  def relu_back(self: __torch__.Steering, gradient: Tensor, x: Tensor) -> Tensor:
    return torch.threshold_backward(gradient, x, 0)
  def turn_neighbours(self: __torch__.Steering, tokens: Tensor, heads: int, size: int, turns: Tensor) -> int:
    n = torch.size(tokens, 0)
    pairs = torch.size(turns, 2)
    turned = torch.narrow(torch.narrow(torch.view(tokens, [n, -1, size]), 1, 0, heads), 2, 0, 2 * pairs)
    _0 = torch.mul_(torch.view_as_complex(torch.view(turned, [n, heads, pairs, 2])), turns)
    return n
  def turn_halves(self: __torch__.Steering, tokens: Tensor, heads: int, size: int, cos: Tensor, sin: Tensor) -> int:
    n = torch.size(tokens, 0)
    pairs = torch.size(cos, 2)
    turned = torch.narrow(torch.view(tokens, [n, -1, size]), 1, 0, heads)
    first = torch.narrow(turned, 2, 0, pairs)
    second = torch.narrow(turned, 2, pairs, pairs)
    left = torch.mul(first, sin)
    _0 = torch.addcmul_(torch.mul_(first, cos), second, sin, value=-1)
    _1 = torch.add_(torch.mul_(second, cos), left)
    return n
  def attend(self: __torch__.Steering, asking: Tensor, telling: Tensor, keys: List[Tensor], values: List[Tensor], masks: List[Tensor], widths: List[int], scale: float, mixed: Tensor) -> List[Tensor]:
    kept = annotate(List[Tensor], [])
    asked = 0
    told = 0
    for b in range(torch.len(keys)):
      all_keys = keys[b]
      all_values = values[b]
      rows, heads, seen, size = torch.size(all_keys, 0), torch.size(all_keys, 1), torch.size(all_keys, 2), torch.size(all_keys, 3)
      query_heads = torch.floordiv(torch.size(mixed, 1), size)
      ask = widths[2 * b]
      own = widths[2 * b + 1]
      told_now = torch.view(torch.narrow(telling, 0, told, rows * own), [rows, own, -1, size])
      tell = torch.transpose(torch.narrow(told_now, 2, torch.size(told_now, 2) - 2 * heads, 2 * heads), 1, 2)
      _0 = torch.copy_(torch.narrow(all_keys, 2, seen - own, own), torch.narrow(tell, 1, 0, heads))
      _1 = torch.copy_(torch.narrow(all_values, 2, seen - own, own), torch.narrow(tell, 1, heads, heads))
      asked_now = torch.view(torch.narrow(asking, 0, asked, rows * ask), [rows, ask, -1, size])
      queries = torch.reshape(torch.transpose(torch.narrow(asked_now, 2, 0, query_heads), 1, 2), [rows, heads, -1, size])
      scores = torch.mul_(torch.matmul(queries, torch.transpose(all_keys, 2, 3)), scale)
      masked = torch.add_(torch.view(scores, [rows, query_heads, ask, seen]), masks[b])
      shares = torch.view(torch.softmax(masked, -1), [rows, heads, -1, seen])
      read = torch.transpose(torch.view(torch.matmul(shares, all_values), [rows, query_heads, ask, size]), 1, 2)
      _2 = torch.copy_(torch.view(torch.narrow(mixed, 0, asked, rows * ask), [rows, ask, query_heads, size]), read)
      asked = asked + rows * ask
      told = told + rows * own
      _3 = torch.append(kept, queries)
      _4 = torch.append(kept, shares)
    return kept
  def attend_back(self: __torch__.Steering, gradient: Tensor, kept: List[Tensor], keys: List[Tensor], values: List[Tensor], widths: List[int], scale: float, in_asking: Tensor, in_telling: Tensor) -> int:
    asked = 0
    told = 0
    for b in range(torch.len(keys)):
      all_keys = keys[b]
      queries = kept[2 * b]
      shares = kept[2 * b + 1]
      rows, heads, seen, size = torch.size(all_keys, 0), torch.size(all_keys, 1), torch.size(all_keys, 2), torch.size(all_keys, 3)
      query_heads = torch.floordiv(torch.size(gradient, 1), size)
      ask = widths[2 * b]
      own = widths[2 * b + 1]
      some = torch.view(torch.narrow(gradient, 0, asked, rows * ask), [rows, ask, query_heads, size])
      read = torch.reshape(torch.transpose(some, 1, 2), [rows, heads, -1, size])
      in_shares = torch.matmul(read, torch.transpose(values[b], 2, 3))
      in_scores = torch.mul_(torch._softmax_backward_data(in_shares, shares, -1, 6), scale)
      in_queries = torch.transpose(torch.view(torch.matmul(in_scores, all_keys), [rows, query_heads, ask, size]), 1, 2)
      asked_now = torch.view(torch.narrow(in_asking, 0, asked, rows * ask), [rows, ask, -1, size])
      _0 = torch.copy_(torch.narrow(asked_now, 2, 0, query_heads), in_queries)
      told_now = torch.view(torch.narrow(in_telling, 0, told, rows * own), [rows, own, -1, size])
      tell = torch.transpose(torch.narrow(told_now, 2, torch.size(told_now, 2) - 2 * heads, 2 * heads), 1, 2)
      own_scores = torch.transpose(torch.narrow(in_scores, 3, seen - own, own), 2, 3)
      own_shares = torch.transpose(torch.narrow(shares, 3, seen - own, own), 2, 3)
      _1 = torch.copy_(torch.narrow(tell, 1, 0, heads), torch.matmul(own_scores, queries))
      _2 = torch.copy_(torch.narrow(tell, 1, heads, heads), torch.matmul(own_shares, read))
      asked = asked + rows * ask
      told = told + rows * own
    return asked
  def attend_later(self: __torch__.Steering, telling: Tensor, queries: List[Tensor], others: List[Tensor], mixtures: List[Tensor], starts: List[int], mixed: Tensor) -> List[Tensor]:
    kept = annotate(List[Tensor], [])
    asked = 0
    for b in range(torch.len(queries)):
      query = queries[b]
      rows, heads, asks, size = torch.size(query, 0), torch.size(query, 1), torch.size(query, 2), torch.size(query, 3)
      query_heads = torch.floordiv(torch.size(mixed, 1), size)
      ask = torch.floordiv(heads * asks, query_heads)
      told = torch.view(torch.narrow(telling, 0, starts[b], rows), [rows, -1, 1, size])
      tell = torch.narrow(told, 1, torch.size(told, 1) - 2 * heads, 2 * heads)
      key = torch.narrow(tell, 1, 0, heads)
      value = torch.narrow(tell, 1, heads, heads)
      shares = torch.sigmoid_(torch.sub_(torch.matmul(query, torch.transpose(key, 2, 3)), others[b]))
      differences = torch.sub(value, mixtures[b])
      read = torch.transpose(torch.view(torch.mul(differences, shares), [rows, query_heads, ask, size]), 1, 2)
      _0 = torch.copy_(torch.view(torch.narrow(mixed, 0, asked, rows * ask), [rows, ask, query_heads, size]), read)
      asked = asked + rows * ask
      _1 = torch.append(kept, shares)
      _2 = torch.append(kept, differences)
    return kept
  def attend_later_back(self: __torch__.Steering, gradient: Tensor, kept: List[Tensor], queries: List[Tensor], starts: List[int], in_telling: Tensor) -> int:
    asked = 0
    for b in range(torch.len(queries)):
      query = queries[b]
      shares = kept[2 * b]
      rows, heads, asks, size = torch.size(query, 0), torch.size(query, 1), torch.size(query, 2), torch.size(query, 3)
      query_heads = torch.floordiv(torch.size(gradient, 1), size)
      ask = torch.floordiv(heads * asks, query_heads)
      some = torch.view(torch.narrow(gradient, 0, asked, rows * ask), [rows, ask, query_heads, size])
      read = torch.reshape(torch.transpose(some, 1, 2), [rows, heads, asks, size])
      told = torch.view(torch.narrow(in_telling, 0, starts[b], rows), [rows, -1, 1, size])
      tell = torch.narrow(told, 1, torch.size(told, 1) - 2 * heads, 2 * heads)
      _0 = torch.add_(torch.narrow(tell, 1, heads, heads), torch.matmul(torch.transpose(shares, 2, 3), read))
      in_shares = torch.sum(torch.mul(read, kept[2 * b + 1]), [3], True)
      in_scores = torch.mul_(in_shares, torch.addcmul(shares, shares, shares, value=-1))
      _1 = torch.add_(torch.narrow(tell, 1, 0, heads), torch.matmul(torch.transpose(in_scores, 2, 3), query))
      asked = asked + rows * ask
    return asked
  def add_to(self: __torch__.Steering, x: Tensor, summands: List[Tensor]) -> int:
    for i in range(torch.len(summands)):
      _0 = torch.add_(x, summands[i])
    return torch.len(summands)
  def join(self: __torch__.Steering, now: Tensor, then: Tensor, ends: Tensor, shape: List[int], joining: bool) -> int:
    d = torch.size(ends, 1)
    row = 0
    at = 0
    later = 0
    for b in range(torch.floordiv(torch.len(shape), 2)):
      rows = shape[2 * b]
      length = shape[2 * b + 1]
      some = torch.view(torch.narrow(ends, 0, at, rows * length), [rows, length, d])
      first = torch.select(some, 1, 0)
      changed = torch.narrow(now, 0, row, rows)
      if joining:
        _0 = torch.copy_(first, changed)
      else:
        _1 = torch.copy_(changed, first)
      if torch.gt(length, 1):
        rest = torch.narrow(some, 1, 1, length - 1)
        behind = torch.view(torch.narrow(then, 0, later, rows * (length - 1)), [rows, length - 1, d])
        if joining:
          _2 = torch.copy_(rest, behind)
        else:
          _3 = torch.copy_(behind, rest)
      row = row + rows
      at = at + rows * length
      later = later + rows * (length - 1)
    return at
  def add_leaving(self: __torch__.Steering, entering: Tensor, leaving: Tensor, shape: List[int]) -> int:
    d = torch.size(entering, 1)
    at = 0
    left = 0
    for b in range(torch.floordiv(torch.len(shape), 3)):
      rows = shape[3 * b]
      length = shape[3 * b + 1]
      leave = shape[3 * b + 2]
      some = torch.view(torch.narrow(entering, 0, at, rows * length), [rows, length, d])
      part = torch.view(torch.narrow(leaving, 0, left, rows * leave), [rows, leave, d])
      _0 = torch.add_(torch.narrow(some, 1, length - leave, leave), part)
      at = at + rows * length
      left = left + rows * leave
    return at
