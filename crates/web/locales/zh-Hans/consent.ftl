# On the child's file.
consent-list-title = 同意书
consent-list-lead = 家长说了什么，记在这里。随时可以收回，收回马上算数。
consent-hold = { $n } 项同意有效
consent-none-holds = 还没有有效的同意
consent-new = 记一份同意
consent-empty = 家长还没有答过
consent-empty-hint = 给家长发一条链接，或者把纸上、电话里说的记下来。
consent-guardian = 谁答的
consent-guardian-missing = 请选是谁答的
consent-days = 管到什么时候
consent-state = 现在
consent-past = 以前的
consent-send-link = 请家长自己答
consent-send-link-note = 一条链接，五个问题。家长在手机上就能答，不用装软件，不用账号。
consent-nobody = 档案里还没有能做主的大人，先添一位。
consent-make-link = 做链接
consent-take-back = 收回
consent-other-guardian = 另一位家长
consent-written-by = ，{ $who }记的
consent-withdrawn-at = { $when }收回了
consent-withdrawn-how = 怎么收回的：{ $how }
consent-from = { $from }起
consent-from-to = { $from } 到 { $to }

consent-purpose = 什么事
consent-purpose-hint = 回答一样的，可以一次选几样
consent-purpose-missing = 请选是什么事
consent-purpose-file = 建档案
consent-purpose-pairing = 找周末妈妈
consent-purpose-overnight = 周末去家里过夜
consent-purpose-photo = 拍照片
consent-purpose-publication = 讲孩子的故事
consent-purpose-handover = 把档案交给别的单位
consent-how = 怎么说的
consent-how-missing = 请选是怎么说的
consent-how-link = 自己在手机上答的
consent-how-paper = 纸上签的
consent-how-voice = 当面说的
consent-how-phone = 电话里说的
consent-state-holds = 有效
consent-state-not_yet = 还没开始
consent-state-over = 过期了
consent-state-no = 不同意
consent-state-withdrawn = 收回了
consent-state-replaced = 后来又答过
consent-state-blocked = 不算数了

# Writing down what was said on paper or by voice.
consent-new-title = 记一份同意
consent-new-heading = 家长怎么说的
consent-new-lead = 照家长说的记，同意和不同意一样记。记下后，有账号的家长会看到，随时能收回。
consent-said-yes = 同意
consent-said-no = 不同意
consent-answer = 回答
consent-answer-missing = 请选怎么回答
consent-evidence = 凭据
consent-evidence-hint = 纸放在哪里，或者谁听见的。例如：三年级文件夹第 12 页
consent-from_on = 从哪天起
consent-to_on = 到哪天
consent-to_on-hint = 空着就一直算数，直到家长收回
consent-keep = 记下
consent-recorded = 记下了
fault-guardian-unknown = { $label }不在孩子的档案里，或者不能为孩子做主

# The link, shown once.
consent-link-title = 同意书链接
consent-link-heading = 链接做好了，口令另外告诉家长
consent-link-lead = 链接发微信，口令打电话说。两样分开，别人捡到一样也打不开。
consent-link-send = 第一步：把这段话发给家长
consent-link-message = 您好，这里是学校。有五个问题想请您定，都是孩子周末的事，同意不同意都可以。请点开：{ $link } 打开要六位口令，老师会另外告诉您。{ $days } 天内有效。
consent-link-copy = 复制这段话
consent-link-only = 只要链接：
consent-link-tell = 第二步：把口令说给家长听
consent-link-tell-note = 认准是家长本人再说。连错 5 次，链接就停了，再做一条就行。
consent-link-once = 口令只在这一页出现。做了新的，旧的就打不开了。

# Taking a yes back.
consent-back-title = 收回同意
consent-back-heading = 收回这份同意吗？
consent-back-how = 家长怎么说的
consent-back-how-hint = 例如：今天上午打电话来说的
consent-back-send = 收回
consent-back-keep = 先不收回
consent-back-means-file = 收回以后，协调员会马上知道，和您商量档案怎么办。孩子在学校不受影响。
consent-back-means-pairing = 收回以后，不再为孩子找周末妈妈。孩子在学校不受影响。
consent-back-means-overnight = 收回以后，还没去的周末先不去了。孩子要是已经在周末妈妈家，协调员马上打电话，安排提前送回学校或者交给您。
consent-back-means-photo = 收回以后，不再拍照片，拍过的马上看不到了。
consent-back-means-publication = 收回以后，孩子的故事不再讲，讲过的撤下来。
consent-back-means-handover = 收回以后，档案不再交给别的单位。
consent-taken-back = 收回了，马上算数
consent-taken-back-away = 收回了。孩子还在周末妈妈家，协调员会马上打电话给您
consent-taken-back-call = 收回了。孩子还在外面：马上打电话，安排提前送回
refusal-consent-by_the_carer = 您是接这个孩子的人，家长的同意请别的老师或协调员来记。
refusal-consent-withdrawn_already = 这份同意已经收回过了。
refusal-consent-was_a_no = 这一条本来就是不同意，不用收回。想改成同意，请家长再答一次。

# The guardian's link.
consent-open-title = 同意书
consent-open-heading = 先输一下口令
consent-open-lead = 六位数字，老师打电话告诉您的。
consent-code = 口令
consent-open-send = 打开
consent-open-note = 没有口令，请打电话问班主任。口令对了，才看得到孩子的名字。
fault-code-wrong = { $label }不对。照老师说的再输一次，连错 5 次链接就停了
consent-dead-title = 链接打不开
consent-dead-heading = 这条链接打不开了
consent-dead-lead = 链接过了 7 天、口令连错 5 次，或者学校又发了新的，旧的就会停。
consent-dead-do = 请打电话给班主任，再发一条就行。
consent-dead-nothing-lost = 您答过的都还在，不用重来。

consent-question-title = 请家长定
consent-question-back = 返回上一问
consent-question-of = 给{ $name }的家长 · 第 { $n } 问，共 { $all } 问
consent-question-next = 下一问
consent-question-last = 答完了
consent-any-time = 哪天想改主意都行，改了马上算数。
consent-said-before-yes = 您答过：同意。
consent-said-before-no = 您答过：不同意。
consent-keep-answer = 不改，往下看

consent-ask-file = 可以给{ $name }建一份档案吗？
consent-why-file = 档案里记孩子的班级、健康、怎么联系家里和照顾要知道的事，好让人照顾得对。班主任和结了对的周末妈妈只看照顾要知道的；妇联的协调员、负责人和儿童主任看档案；上锁的健康和家里的事，妇联写了理由或者孩子出了急事才打得开。谁看过都有记录，您查得到。
consent-yes-file = 可以，到{ $until }
consent-no-file = 不可以
consent-costs-file = 不同意这一条，{ $name }照样上学、照样住校，只是参加不了周末妈妈。

consent-ask-pairing = 可以给{ $name }找一位周末妈妈吗？
consent-why-pairing = 找的时候，审核过的志愿者先看到编号、性别、年龄段、语言、照顾要知道的和孩子自己的话，看不到名字、照片、学校和家里的事。见面之前，会先问孩子，再问您。
consent-yes-pairing = 可以，到{ $until }
consent-no-pairing = 不可以
consent-costs-pairing = 不同意这一条，{ $name }在学校什么都不会少。

consent-ask-overnight = 周末，{ $name }可以去周末妈妈家过夜吗？
consent-why-overnight = 每次都先问孩子，班主任点头，协调员准许才去。周五从学校接，周日送回学校，到家、送回都有人记时间。家里每位大人都查过。
consent-yes-overnight = 可以，到{ $until }
consent-half-overnight = 可以，先到{ $until }
consent-no-overnight = 不可以
consent-costs-overnight = 不同意这一条，{ $name }周末照样留在学校，有老师管。

consent-ask-photo = 周末妈妈可以拍{ $name }的照片吗？
consent-why-photo = 照片只给您、周末妈妈和妇联的协调员、负责人看。不会放到网上，也不会用来宣传。改主意以后就不再拍，拍过的马上看不到了。
consent-yes-photo = 可以拍，到{ $until }
consent-no-photo = 不要拍
consent-costs-photo = 不同意这一条，{ $name }照样可以去周末妈妈家。

consent-ask-publication = 可以把{ $name }的故事讲给更多人听吗？
consent-why-publication = 讲的时候不写真名，不放正脸。每一篇登出来以前，还会再给您看一遍。
consent-yes-publication = 可以，到{ $until }
consent-no-publication = 不可以
consent-costs-publication = 不同意这一条，{ $name }周末的事一样也不少。

consent-end-title = 您的回答
consent-end-heading = 谢谢您，都记下了
consent-end-lead = { $name }的事，照您说的办。同意和不同意，一样算数。
consent-end-not-all = 还有没答完的
consent-end-not-all-lead = 答过的已经存好了。现在关掉也行，7 天内从同一条链接回来接着答。
consent-end-go-on = 接着答第 { $n } 问
consent-end-said = 您的回答
consent-not-said = 还没答
consent-change = 改
consent-answer-now = 现在答
consent-end-next = 接下来
consent-end-next-1 = 班主任和协调员看得到您的回答。
consent-end-next-2 = 要去周末妈妈家之前，会先问孩子愿不愿意。
consent-end-next-3 = 定下来去哪一家、哪几天，会告诉您。
consent-end-back = 想收回怎么办
consent-end-back-how = 打开这条链接，点“收回”就行，同意管到哪天，链接就用到哪天。打电话给班主任或者协调员也行，当场记下，马上算数。孩子已经在周末妈妈家也可以收回，协调员会马上安排送回来。
consent-away-overnight = 可以，到 { $until } 回来为止
consent-weekend-overnight = 可以，就这个周末（{ $days }）
consent-term-overnight = 可以，这学期（{ $from } 到 { $to }，{ $n } 个周末）
consent-term-dates = 这学期是哪 { $n } 个周末
consent-aloud = 念给我听
