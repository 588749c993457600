education-10 = 研究生
education-20 = 大学本科
education-30 = 大学专科
education-40 = 中专、职高、技校
education-60 = 高中
education-70 = 初中
education-80 = 小学
education-90 = 其他
