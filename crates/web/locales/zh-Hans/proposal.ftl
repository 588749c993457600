proposal-results-title = 试配结果
proposal-finding = { $n } 个孩子配上了
proposal-finding-trial = 试算，{ $written } 个写了志愿的孩子里 { $n } 个能配上
proposal-stable = 没有任何一个孩子和一位妈妈，会都更想换到对方。
proposal-lead = 结果要您逐对确认，确认前谁也看不到。
proposal-lead-asked = 都确认了，等两边回话；两边都答应，才正式结对。
proposal-run-again = 重新试配
proposal-confirm-all = 确认这 { $n } 对
proposal-confirm-rest = 确认其余 { $n } 对
proposal-confirm-early = 不等了，确认这 { $n } 对
proposal-reason = 没等齐就确认，因为
proposal-reason-hint = 等齐了就不用写。写下的话留在这一轮里，以后看得到。
proposal-ran = 算好了，{ $n } 个孩子配上了。
proposal-changed = 试配以后意愿改过，请重新试配再确认。
proposal-results = 结果
proposal-count = { $homes } 个家庭，{ $children } 个孩子
proposal-child-rank = 孩子的第 { $n } 志愿
proposal-home-rank = 妈妈的第 { $n } 志愿
proposal-said-yes-child = 孩子和家长答应了
proposal-said-no-child = 孩子或家长不同意
proposal-waits-child = 等孩子和家长
proposal-said-yes-volunteer = 周末妈妈答应了
proposal-said-no-volunteer = 周末妈妈说不合适
proposal-waits-volunteer = 等周末妈妈
proposal-yes-child = 孩子家长答应
proposal-no-child = 不同意
proposal-yes-volunteer = 周末妈妈答应
proposal-no-volunteer = 不合适
proposal-is-pair = 已结对
proposal-see-pair = 看这一对
proposal-begin = 正式结对
proposal-begun = 结对开始了，头几次见面只在白天。
proposal-undo = 撤回
proposal-undone = 撤回了，可以再确认。
proposal-again = 这一对要重配
proposal-confirm = 确认
proposal-other = 换一个
proposal-offered = 确认了 { $n } 对，请两边在 7 天内回话。
proposal-yes-kept = 记下了：答应。
proposal-no-kept = 记下了：不合适。
proposal-answer-undone = 回话撤回了。
proposal-wishes = 双方的意愿
proposal-first = 孩子得到第 1 志愿
proposal-top = 孩子得到前 3 志愿
proposal-home-top = 妈妈得到前 3 志愿
proposal-drop-out = 有人退出
proposal-left = 还没配上
proposal-left-wishless = 没有志愿的 { $n } 个孩子和家庭
proposal-left-rest = 还有 { $n } 位，都在导出的表里
proposal-left-child-no_wish = 还没写想去的家
proposal-left-child-all_struck = 想去的家现在都去不了，看看能补上什么
proposal-left-child-not_returned = 想去的家这次没有选到这个孩子
proposal-left-child-taken = 想去的家都满了
proposal-left-home-no_wish = 没有写志愿，可先参加基地活动
proposal-left-home-all_struck = 想接的孩子现在都不能接，看看能补上什么
proposal-left-home-not_returned = 想接的孩子这次没有写到这一家
proposal-left-home-taken = 想接的孩子去了更想去的家
proposal-number = 试配第 { $n } 次，种子 { $seed }。同样的意愿再算一次，结果一样。
proposal-not-run = 还没试配
proposal-not-run-lead = 意愿收完以后，回到这一轮点“试配”。
proposal-state-offered = 等回话
proposal-state-accepted = 两边都点头了
proposal-state-declined = 没有成
proposal-state-lapsed = 7 天没回话，过期了
proposal-state-undone = 撤回了
refusal-run-closed = 这一轮已经结束了。
refusal-run-nobody = 还没有要配的孩子或家庭。先挑谁参加。
refusal-run-unsound = 这次的结果没有通过核对，没有存。请再试一次，还不行就找系统管理员。
refusal-run-changed = 试配以后意愿改过。请重新试配，再确认。
refusal-proposal-barred = { $bar ->
    [child_paired] 这个孩子已有去处，这一对不能确认。请重新试配。
    [consent_missing] 这个孩子现在没有结对同意书。先请家长签，再确认。
    [volunteer_not_approved] 这位志愿者现在没批准或在休息。请重新试配。
    [home_visit] 这一家的家访没做或过期了。补看以后再确认。
    [no_offence] 这一家有大人的查询没齐。补齐以后再确认。
    [home_full] 这家刚满。请重新试配。
   *[other] 情况变了，这一对不能确认。请重新试配。
}
refusal-proposal-own_home = 这一份配的是您家，孩子怎么说，请另一位同事来记。
refusal-proposal-round_closed = 这一轮已经结束，不能再确认了。
refusal-proposal-not_run = 还没试配。先试配，再确认。
refusal-proposal-nothing_left = 没有可以确认的了。
refusal-proposal-not_open = 这一对已经不在等回话。
refusal-proposal-expired = 7 天已过，这一对过期了。请重新试配。
refusal-proposal-answered = 已经回过话。要改，先撤回。
refusal-proposal-begun = 已经正式结对，不能撤回。要结束，请负责人办。
refusal-proposal-unanswered = 还没有回话，没什么可撤回。
refusal-proposal-given_on = 孩子或位子已经给了别人，撤不回来了。
