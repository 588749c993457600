# The frame of every page.
frame-brand = 娜荷芽
frame-programme = 周末妈妈
frame-skip = 跳到正文
frame-sample = 演示 · 人名、学校与明细均为虚构
frame-nav = 主导航
frame-tabs = 底部导航
frame-pages = 翻页
frame-search = 找孩子、志愿者、学校
frame-worry = 我担心
frame-large = 大字
frame-other-language = English
frame-undo = 撤回
frame-copy = 复制
frame-sign-in = 登录
frame-sign-out = 退出
frame-previous = 上一页
frame-next = 下一页
frame-rows = 第 { $first }—{ $last } 个，共 { $total } 个
frame-error-title = 出错：
frame-error-count = 有 { $n } 处要改
frame-save = 存好
frame-back = 返回
frame-print = 打印

# Forms.
form-optional = （可以不填）
form-choose = 请选
form-resumed = 您上次没写完的已经填好了（{ $when } 存的），接着写就行。
form-resumed-drop = 不要了，重新写
form-kept = 没写完的已经替您存好
form-not-kept = 刚写的还没存上，联网后会再存
form-draft-dropped = 没写完的已经扔掉
frame-at-least = 至少 { $n }
form-key = 这张表

# Navigation.
nav-today = 今天
nav-children = 孩子
nav-volunteers = 志愿者
nav-rounds = 结对
nav-stays = 周末安排
nav-board = 孩子在哪里
nav-follow-ups = 回访
nav-concerns = 关切
nav-notices = 通知
nav-group-office = 台账与上报
nav-report = 报表
nav-imports = Excel 导入
nav-schools = 学校
nav-accounts = 账号
nav-trail = 留痕
nav-settings = 设置
nav-home = 今天
nav-request = 申请
nav-notes = 记录
nav-choices = 志愿
nav-friday = 放学
nav-sunday = 返校
nav-class = 我班孩子
nav-family = 孩子
nav-me = 我

# Roles.
role-coordinator = 协调员
role-leader = 负责人
role-town_worker = 儿童主任
role-class_teacher = 班主任
role-volunteer = 周末妈妈
role-applicant = 报名的人
role-guardian = 家长
role-base_keeper = 基地管理员
role-treasurer = 财物管理员
role-partner = 协作部门
role-higher_level = 上级
role-auditor = 审计
role-it_admin = 系统管理员
nav-more = 更多
