fault-cursor-unknown = “{ $label }”不是上一页给的 next
fault-state-unknown = 没有“{ $label }”里写的这个状态
