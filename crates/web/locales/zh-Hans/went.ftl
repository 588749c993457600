# The children who were with a family in a month, town by town.
went-title = 每月去家里的孩子
went-heading = { $month }，{ $n } 个孩子去了周末妈妈家
went-heading-none = { $month }还没有孩子去周末妈妈家
went-lead = 这个月里接走的，按孩子家现在在哪个苏木镇。一个孩子只数一次，一共 { $stays } 个周末。点一个数，看是哪些孩子。
went-runs = 这个月还没过完，数还会变。
went-children = 孩子
went-stays = 周末
went-in = { $town }，{ $n } 个孩子
went-times = { $n } 个周末
went-more = 按姓名列了前 { $n } 个。
