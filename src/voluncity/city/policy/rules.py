"""Which numbers the city may set: their names, units, limits and first values with their source."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Policy:
    """One number of the city's rules."""

    label: str
    unit: str
    initial: int
    least: int
    most: int
    basis: str


_OWN = "本市规定，可调整"

POLICIES: dict[str, Policy] = {
    "hours.day_direct_minutes": Policy(
        "一天内直接生效的时长上限", "分钟", 480, 60, 1440, "参照广东 i志愿：8 小时以内即时生效"
    ),
    "hours.day_parent_minutes": Policy(
        "一天内由上级组织复核的时长上限",
        "分钟",
        720,
        60,
        1440,
        "参照广东 i志愿：8–12 小时由上级组织复核",
    ),
    "hours.day_most_minutes": Policy(
        "一名志愿者一天最多计入的时长", "分钟", 960, 60, 1440, "本市规定，可调整；一天 16 小时"
    ),
    "hours.day_entered_minutes": Policy(
        "一名志愿者一天最多补记的时长", "分钟", 720, 60, 1440, "本市规定，可调整"
    ),
    "hours.entered_look": Policy(
        "没有扫码依据的时长由谁复核（0 本组织另一位负责人，1 上级组织或文明办）",
        "级",
        1,
        0,
        1,
        "央视 2025-07-17 时长买卖报道；本市规定，可调整",
    ),
    "hours.record_workdays": Policy(
        "活动结束后完成记录的期限", "个工作日", 10, 1, 60, "民政部令第 67 号第十一条"
    ),
    "hours.correction_workdays": Policy(
        "答复时长更正申请的期限", "个工作日", 10, 1, 60, "民政部令第 67 号第十三条；期限由本市规定"
    ),
    "hours.entered_publicity_workdays": Policy(
        "补记时长入账前的公示期", "个工作日", 3, 0, 30, "本市规定，可调整"
    ),
    "hours.least_share_percent": Policy(
        "实际时长少于计划的多少不予计时", "%", 0, 0, 100, "部分平台为 60%；本市默认不设"
    ),
    "hours.no_check_out_percent": Policy(
        "没有签退的，暂按签到至计划结束的多少计", "%", 100, 0, 100, "本市规定，可调整；须复核并公示"
    ),
    "integrity.look_back_days": Policy("异常检查每次回看的天数", "天", 35, 7, 120, _OWN),
    "integrity.pattern_days": Policy("习惯性异常回看的天数", "天", 90, 30, 365, _OWN),
    "integrity.bulk_records": Policy("一小时内补记多少条需要关注", "条", 20, 2, 1000, _OWN),
    "integrity.night_from": Policy("夜间从几点开始", "点", 23, 18, 23, _OWN),
    "integrity.night_to": Policy("夜间到几点结束", "点", 5, 0, 8, _OWN),
    "integrity.night_records": Policy("一夜补记多少条需要关注", "条", 5, 1, 1000, _OWN),
    "integrity.night_minutes": Policy("夜间服务多久需要关注", "分钟", 60, 1, 480, _OWN),
    "integrity.distance_km": Policy("两次服务相距多远才检查路程", "公里", 5, 1, 200, _OWN),
    "integrity.speed_kmh": Policy("两地之间最快的速度", "公里/小时", 80, 20, 300, _OWN),
    "integrity.roster_people": Policy("整班时间相同至少多少人才关注", "人", 10, 3, 1000, _OWN),
    "integrity.favorite_people": Policy("确认集中度至少看多少人", "人", 8, 4, 1000, _OWN),
    "integrity.favorite_records": Policy("确认集中度至少看多少条", "条", 30, 5, 10000, _OWN),
    "integrity.favorite_share": Policy("最多 3 人占比达到多少需要关注", "%", 60, 20, 100, _OWN),
    "integrity.week_minutes": Policy("一周时长超过多少需要关注", "分钟", 2400, 600, 10080, _OWN),
    "integrity.punctual_records": Policy("分秒不差至少看多少次", "次", 8, 3, 1000, _OWN),
    "integrity.punctual_seconds": Policy("相差多少秒算分秒不差", "秒", 30, 1, 300, _OWN),
    "integrity.punctual_share": Policy("分秒不差占比达到多少需要关注", "%", 95, 50, 100, _OWN),
    "integrity.device_people": Policy("一台手机为多少人扫码需要关注", "人", 5, 2, 500, _OWN),
    "integrity.far_scans": Policy("一个班次多少次远处扫码需要关注", "次", 5, 1, 1000, _OWN),
    "integrity.answer_workdays": Policy("被核查人说明的期限", "个工作日", 5, 1, 30, _OWN),
    "integrity.appeal_workdays": Policy("对认定提出申诉的期限", "个工作日", 10, 1, 60, _OWN),
    "integrity.stop_months": Policy(
        "认定后暂停补记、确认的时间", "个月", 12, 1, 60, "参照重庆 2016 年核查：一年"
    ),
    "integrity.publish_organizations": Policy(
        "认定结果公布组织名称（0 不公布，1 公布）", "", 1, 0, 1, _OWN
    ),
    "integrity.spot_permille": Policy("每周抽查入账记录的比例", "‰", 5, 1, 1000, _OWN),
    "integrity.spot_most": Policy("每周最多抽查", "条", 200, 1, 10000, _OWN),
    "integrity.late_cancel_minutes": Policy(
        "开始前多久以内取消算临近取消", "分钟", 720, 0, 10080, _OWN
    ),
    "integrity.absence_appeal_workdays": Policy("对缺席提出申诉的期限", "个工作日", 5, 1, 30, _OWN),
    "integrity.absences_to_warn": Policy("缺席多少次提醒本人", "次", 3, 1, 50, _OWN),
    "integrity.absence_days": Policy("统计缺席的天数", "天", 90, 7, 730, _OWN),
    "integrity.figures_months": Policy("公开可信度统计的月数", "个月", 12, 1, 60, _OWN),
    "orgs.publicity_workdays": Policy(
        "组织审核通过后的公示期", "个工作日", 0, 0, 30, "本市规定，可调整"
    ),
    "signups.cancel_before_minutes": Policy(
        "开始前多久仍可自行取消报名", "分钟", 120, 0, 10080, "本市规定，可调整"
    ),
    "signups.offer_minutes": Policy(
        "候补的人轮到后多久内答复（0 为不用答复，直接转正；夜间 22 点至 8 点不计）",
        "分钟",
        120,
        0,
        2880,
        "本市规定，可调整",
    ),
    "signups.check_in_early_minutes": Policy(
        "开始前多久可以签到", "分钟", 30, 0, 240, "本市规定，可调整"
    ),
    "signups.check_out_late_minutes": Policy(
        "结束后多久仍可签退", "分钟", 120, 0, 1440, "本市规定，可调整"
    ),
    "offline.package_hours": Policy("离线名单最多有效多久", "小时", 24, 2, 72, "本市规定，可调整"),
    "offline.prompt_hours": Policy(
        "离线扫码后多久内上传仍算信用时长",
        "小时",
        24,
        1,
        168,
        "本市规定，可调整；参照 pretix 的迟交标记",
    ),
    "offline.clock_minutes": Policy("设备时钟允许的变动", "分钟", 5, 1, 60, "本市规定，可调整"),
    "offline.kiosk_hours": Policy("签到台最多开放多久", "小时", 12, 1, 24, "本市规定，可调整"),
    "people.youngest_alone_years": Policy(
        "可在监护人同意下自行登记的年龄",
        "周岁",
        14,
        8,
        18,
        "中国注册志愿者管理办法；个人信息保护法第三十一条",
    ),
    "people.youngest_child_years": Policy(
        "可由监护人代为登记的最小年龄",
        "周岁",
        8,
        3,
        14,
        "民法典第十九条；河南省志愿服务条例第八条；本市规定，可调整",
    ),
    "registers.full_export_most": Policy(
        "一次导出完整信息的上限", "行", 5000, 1, 50000, "本市规定，可调整；个人信息保护法第六条"
    ),
    "registers.file_days": Policy("导出文件保留的天数", "天", 7, 1, 30, "本市规定，可调整"),
    "stations.pass_score": Policy("服务站检查的合格线", "分", 80, 1, 100, "本市规定，可调整"),
    "stations.rectify_workdays": Policy(
        "服务站整改的期限", "个工作日", 10, 1, 60, "本市规定，可调整"
    ),
    "stations.demonstration_months": Policy(
        "申报示范站所依据的检查不早于", "个月前", 12, 1, 36, "本市规定，可调整"
    ),
    "stations.demonstration_recheck_months": Policy(
        "示范站多久复检一次", "个月", 12, 1, 36, "本市规定，可调整"
    ),
    "stations.publicity_workdays": Policy(
        "示范站命名前的公示期", "个工作日", 5, 0, 30, "本市规定，可调整"
    ),
    "ratings.publicity_workdays": Policy(
        "组织星级认定前的公示期", "个工作日", 5, 0, 30, "参照校园星级认定：不少于 5 个工作日"
    ),
    "awards.publicity_workdays": Policy(
        "评选表彰前的公示期", "个工作日", 5, 1, 30, "评比表彰的通行做法：不少于 5 个工作日"
    ),
    "awards.device_ballots": Policy("一部手机投多少票需要关注", "票", 5, 2, 500, _OWN),
    "awards.address_ballots": Policy("一个网络地址投多少票需要关注", "票", 50, 5, 10000, _OWN),
    "awards.minute_ballots": Policy("一分钟内多少票需要关注", "票", 30, 5, 10000, _OWN),
    "awards.newcomer_ballots": Policy(
        "投票期间新登记的人投给同一对象多少票需要关注", "票", 10, 2, 10000, _OWN
    ),
    "leaderboards.star_minutes": Policy(
        "月度之星当月至少的信用时长", "分钟", 600, 60, 10000, "月评“志愿之星”；数字由本市规定"
    ),
    "leaderboards.star_services": Policy(
        "月度之星当月至少的服务次数", "次", 3, 1, 100, "月评“志愿之星”；数字由本市规定"
    ),
    "leaderboards.star_months_off": Policy(
        "当选月度之星后多久不再参评", "个月", 6, 0, 60, "月评“志愿之星”；数字由本市规定"
    ),
    "leaderboards.star_per_county": Policy(
        "每个县区每月的月度之星名额", "人", 2, 1, 50, "月评“志愿之星”；数字由本市规定"
    ),
    "leaderboards.star_workdays": Policy(
        "月度之星公布前的公示期", "个工作日", 3, 0, 30, "本市规定，可调整"
    ),
    "progress.behind_points": Policy(
        "项目进度落后时间进度多少个百分点算滞后", "个百分点", 20, 1, 100, "本市规定，可调整"
    ),
    "progress.grace_percent": Policy(
        "项目期限过去百分之几以前不算滞后", "%", 10, 0, 100, "本市规定，可调整"
    ),
    "progress.summary_days": Policy(
        "项目结束后多少天内提交总结", "天", 30, 1, 180, "并文明〔2018〕8号：限定时间内完成总结"
    ),
    "progress.remind_days": Policy(
        "项目滞后、总结逾期多少天提醒一次", "天", 14, 1, 90, "本市规定，可调整"
    ),
    "patrols.dispatch_workdays": Policy(
        "分派巡防问题的期限", "个工作日", 1, 1, 10, "本市规定，可调整"
    ),
    "patrols.solve_workdays": Policy(
        "责任单位办结巡防问题的期限", "个工作日", 5, 1, 60, "本市规定，可调整"
    ),
    "patrols.confirm_days": Policy(
        "办结后多久没有确认就自动办结", "天", 7, 1, 60, "本市规定，可调整"
    ),
    "teaching.duty_days": Policy(
        "新注册志愿者的培训期限（注册后）",
        "天",
        365,
        30,
        730,
        "市文明办：新志愿者每年至少参加一次培训",
    ),
    "teaching.duty_least": Policy(
        "新注册志愿者在期限内至少参加培训", "次", 1, 0, 12, "市文明办：新志愿者每年至少参加一次培训"
    ),
    "teaching.share_percent": Policy("培训学时默认至少达到", "%", 80, 1, 100, _OWN),
    "teaching.remind_days": Policy("培训证书到期前多久提醒", "天", 30, 1, 180, _OWN),
    "teaching.test_days": Policy("培训结束后多久以内可以测验", "天", 14, 1, 180, _OWN),
    "patrols.day_most": Policy("一人一天最多反映的问题", "件", 30, 1, 200, "本市规定，可调整"),
    "wishes.review_workdays": Policy("审核微心愿的期限", "个工作日", 3, 1, 15, "本市规定，可调整"),
    "wishes.open_most": Policy("一人同时可以有的心愿", "个", 2, 1, 20, "本市规定，可调整"),
    "wishes.month_most": Policy("一人一个月可以许的心愿", "个", 4, 1, 50, "本市规定，可调整"),
    "wishes.wanted_most_days": Policy("心愿最长等待的天数", "天", 60, 7, 180, "本市规定，可调整"),
    "wishes.worth_most": Policy("一个微心愿最多计的时长", "分钟", 240, 15, 480, "本市规定，可调整"),
    "wishes.claims_most": Policy("一人同时可以认领的心愿", "个", 3, 1, 20, "本市规定，可调整"),
    "wishes.promise_days": Policy("认领后最长完成的天数", "天", 14, 1, 60, "本市规定，可调整"),
    "wishes.grace_days": Policy(
        "认领超过承诺日期几天后自动放回", "天", 3, 0, 30, "本市规定，可调整"
    ),
    "wishes.confirm_days": Policy(
        "许愿人几天没有确认就请工作人员代为确认", "天", 7, 1, 30, "本市规定，可调整"
    ),
    "wishes.contact_days": Policy(
        "心愿结束后联系方式保留的天数", "天", 30, 1, 365, "个人信息保护法第十九条；本市规定"
    ),
    "points.gift_day_most": Policy("一名志愿者一天最多赠送的积分", "分", 200, 0, 100_000, _OWN),
    "points.gift_minutes": Policy("赠送后多久内可以撤回", "分钟", 30, 0, 1440, _OWN),
    "points.grant_alone_most": Policy(
        "三十天内由一人经办、发给同一人的爱心积分上限", "分", 200, 0, 100_000, _OWN
    ),
    "points.notice_days": Policy("积分到期前几天提醒", "天", 30, 0, 365, _OWN),
    "rewards.undo_minutes": Policy("商家可以撤销核销的时间", "分钟", 30, 1, 1440, _OWN),
    "rewards.give_back_days": Policy("兑换后几天内可以退还", "天", 7, 0, 60, _OWN),
    "rewards.remind_days": Policy("兑换券到期前几天提醒", "天", 3, 0, 30, _OWN),
    "rewards.tries_hour": Policy("一小时内最多输错的券码", "次", 20, 3, 200, _OWN),
    "calls.remind_days": Policy("基金申报截止前几天提醒没有提交的草稿", "天", 3, 0, 30, _OWN),
    "calls.check_workdays": Policy(
        "基金申报提交后几个工作日内检查材料", "个工作日", 5, 1, 60, _OWN
    ),
    "calls.return_days": Policy("基金申报退回补正的期限", "天", 5, 1, 60, _OWN),
    "grants.office_days": Policy("资助项目由基金办公室办理的期限", "天", 5, 1, 60, _OWN),
    "grants.party_days": Policy("资助项目由受资助方办理的期限", "天", 10, 1, 90, _OWN),
    "grants.sign_days": Policy("资助协议生成后签字上传的期限", "天", 15, 1, 90, _OWN),
    "grants.pause_days": Policy("资助项目暂停多久应决定恢复或终止", "天", 60, 1, 365, _OWN),
    "grants.remind_days": Policy("里程碑到期前几天提醒", "天", 7, 0, 60, _OWN),
    "grants.repeat_days": Policy("资助项目超期后每隔几天再提醒", "天", 7, 1, 60, _OWN),
    "grants.escalate_days": Policy("资助项目超期多久报告领导小组和监事", "天", 10, 1, 90, _OWN),
    "payouts.cooling_days": Policy("收款账户更换后多久可以拨付", "天", 3, 0, 60, _OWN),
    "payouts.receipt_days": Policy("拨付后几天提醒提交收据", "天", 7, 1, 60, _OWN),
    "review.publicity_workdays": Policy(
        "基金资助决定的公示期", "个工作日", 5, 1, 30, "参照评比表彰的通行做法：不少于 5 个工作日"
    ),
    "review.outlier_points": Policy(
        "专家评分与其他专家平均分相差多少需要关注", "分", 20, 5, 100, _OWN
    ),
    "review.remind_days": Policy("基金评审截止前几天提醒没有提交的专家", "天", 3, 0, 30, _OWN),
    "reports.period_months": Policy(
        "资助项目每几个月提交一次进展报告（0 只按里程碑）", "个月", 3, 0, 12, _OWN
    ),
    "reports.due_days": Policy("里程碑或报告期结束后几天内提交进展报告", "天", 15, 0, 90, _OWN),
    "reports.remind_days": Policy("进展报告到期前几天提醒", "天", 7, 0, 60, _OWN),
    "reports.repeat_days": Policy("进展报告逾期后每隔几天再提醒", "天", 7, 1, 60, _OWN),
    "reports.return_days": Policy("进展报告退回修改的期限", "天", 7, 1, 60, _OWN),
    "reports.check_days": Policy("基金办公室审阅进展报告的期限", "天", 10, 1, 60, _OWN),
    "pledges.remind_days": Policy("认领的承诺日期前几天提醒", "天", 3, 0, 30, "本市规定，可调整"),
    "pledges.grace_days": Policy(
        "认领过了承诺日期多久自动释放", "天", 7, 0, 90, "本市规定，可调整"
    ),
    "pledges.contact_days": Policy(
        "认领办完后联系电话保留的天数", "天", 180, 0, 730, "个人信息保护法第十九条；本市规定"
    ),
    "pledges.live_most": Policy(
        "一人或一个单位同时没有办完的认领", "项", 20, 1, 200, "本市规定，可调整"
    ),
    "difficulties.answer_workdays": Policy(
        "答复困难事项的期限（类型没有另定时）", "个工作日", 5, 1, 30, "本市规定，可调整"
    ),
    "difficulties.urgent_workdays": Policy(
        "答复紧急困难事项的期限", "个工作日", 2, 1, 10, "本市规定，可调整"
    ),
    "difficulties.escalate_workdays": Policy(
        "困难事项超期后多久交上一级答复", "个工作日", 3, 1, 30, "本市规定，可调整"
    ),
    "difficulties.confirm_workdays": Policy(
        "答复后多久没有回音就自动办结", "个工作日", 10, 1, 60, "本市规定，可调整"
    ),
    "difficulties.supply_workdays": Policy(
        "请补充情况后多久没有补充就按撤回办结", "个工作日", 10, 2, 60, "本市规定，可调整"
    ),
    "archives.submit_days": Policy("活动结束后多久应提交归档", "天", 7, 1, 60, _OWN),
    "archives.late_days": Policy("多久以前结束的活动不再催交归档", "天", 365, 30, 3650, _OWN),
    "archives.original_kb": Policy(
        "照片原图小于多少要提示", "KB", 1024, 0, 10240, "太原市 2020 年“12.5”通知：原图大于 1MB"
    ),
    "archives.answer_workdays": Policy("答复照片下架请求的期限", "个工作日", 3, 1, 15, _OWN),
    "archives.package_days": Policy("归档打包文件保留的天数", "天", 7, 1, 30, _OWN),
    "welfare_days.around_days": Policy(
        "活动日期可在全民公益日前后几天", "天", 1, 0, 7, "本市规定，可调整"
    ),
    "events.keep_days": Policy(
        "赛会结束后保留志愿者照片、饮食和尺码的天数",
        "天",
        30,
        0,
        365,
        "个人信息保护法第十九条；本市规定",
    ),
    "claims.evidence_days": Policy(
        "认领、更正办结后证件照片保留的天数", "天", 30, 0, 365, "个人信息保护法第十九条；本市规定"
    ),
    "claims.decide_workdays": Policy(
        "认领、更正申请的办理期限", "个工作日", 5, 1, 30, "本市规定，可调整"
    ),
    "comments.first_wait": Policy(
        "新用户前几条评论须先审后发（0 都不用）",
        "条",
        1,
        0,
        20,
        "网络信息内容生态治理规定；本市规定",
    ),
    "comments.hour_most": Policy("一人一小时最多发表评论", "条", 10, 1, 200, _OWN),
    "comments.day_topics": Policy("一人一天最多发起话题", "个", 3, 1, 50, _OWN),
    "comments.day_reports": Policy("一人一天最多举报评论", "次", 20, 1, 200, _OWN),
    "comments.edit_minutes": Policy("发表后多久可以修改评论", "分钟", 15, 0, 1440, _OWN),
    "comments.reports_to_hide": Policy("多少人举报后先隐藏再核实", "人", 3, 1, 50, _OWN),
    "comments.ban_days": Policy("一次最多禁言", "天", 90, 1, 365, _OWN),
    "donations.window_years": Policy(
        "募捐期限最长", "年", 3, 1, 3, "民政部令第 74 号《慈善组织公开募捐管理办法》"
    ),
    "donations.emergency_years": Policy(
        "应对重大突发事件的募捐期限最长", "年", 1, 1, 1, "民政部令第 74 号"
    ),
    "donations.filing_days": Policy(
        "募捐方案在开始多少天以前报送备案", "天", 10, 10, 60, "民政部令第 74 号"
    ),
    "donations.emergency_filing_days": Policy(
        "应对重大突发事件的募捐在开始后多少天内报送备案", "天", 10, 1, 10, "民政部令第 74 号"
    ),
    "donations.progress_months": Policy(
        "超过六个月的募捐多久公开一次进展", "个月", 3, 1, 3, "慈善法第七十九条"
    ),
    "donations.report_months": Policy(
        "募捐结束后多久内公开总结", "个月", 3, 1, 3, "慈善法第七十九条"
    ),
    "donations.receipts_days": Policy(
        "应急募捐多久公布一次款物收支", "天", 5, 1, 5, "民政部令第 74 号"
    ),
    "donations.remind_days": Policy("信息公开到期前几天提醒", "天", 10, 1, 60, _OWN),
    "closings.due_days": Policy("资助项目结束后多少天内提交结项报告", "天", 30, 1, 180, _OWN),
    "closings.remind_days": Policy("结项报告到期前几天提醒", "天", 7, 0, 60, _OWN),
    "closings.deviation_percent": Policy("决算和预算相差多少须说明", "%", 10, 0, 100, _OWN),
    "closings.visit_from_yuan": Policy(
        "资助多少以上的项目须现场评估（0 为全部）", "元", 20_000, 0, 10_000_000, _OWN
    ),
    "closings.answer_workdays": Policy("组织确认现场评估记录的期限", "个工作日", 5, 1, 30, _OWN),
    "closings.scorers": Policy("一个项目至少几人评分", "人", 2, 1, 9, _OWN),
    "closings.excellent_score": Policy("结项评估多少分为优秀", "分", 90, 1, 100, _OWN),
    "closings.good_score": Policy("结项评估多少分为良好", "分", 80, 1, 100, _OWN),
    "closings.pass_score": Policy("结项评估多少分为合格", "分", 60, 1, 100, _OWN),
    "closings.objection_workdays": Policy("对结项评估结果的异议期限", "个工作日", 5, 1, 30, _OWN),
    "fund.headed_most": Policy(
        "一个人最多同时担任几个专项基金的领导小组组长", "个", 5, 1, 50, "专项基金管理规定；本市规定"
    ),
    "fund.spending_percent": Policy(
        "基金年度公益支出不低于上年收入的比例",
        "%",
        70,
        0,
        100,
        "慈善法第六十一条：具有公开募捐资格的基金会；可用前三年收入平均数",
    ),
    "fund.management_percent": Policy(
        "基金年度管理费用不超过总支出的比例",
        "%",
        10,
        0,
        100,
        "慈善法第六十一条：具有公开募捐资格的基金会",
    ),
    "fund.management_exempt_yuan": Policy(
        "年度管理费用低于多少不受比例限制",
        "元",
        200_000,
        0,
        10_000_000,
        "民发〔2016〕189号",
    ),
    "insurance.remind_days": Policy("保单到期前多少天提醒", "天", 30, 1, 180, _OWN),
    "claims.undo_days": Policy("合并登记后可以撤销的天数", "天", 30, 1, 90, "本市规定，可调整"),
    "people.adult_years": Policy("成年年龄", "周岁", 18, 16, 18, "民法典第十七条"),
    "people.second_factor_level": Policy(
        "须用动态口令登录的人员（0 不要求，1 三类管理员，2 另加市、县文明办，3 全部工作人员）",
        "级",
        2,
        0,
        3,
        "GB/T 22239-2019 第三级：管理员用两种方式鉴别身份",
    ),
    "people.staff_idle_minutes": Policy(
        "工作人员多久没有操作自动退出", "分钟", 30, 10, 480, "GB/T 22239-2019 第三级"
    ),
    "people.staff_sessions": Policy(
        "工作人员可同时登录的设备", "台", 3, 1, 20, "GB/T 22239-2019 第三级：限制并发会话"
    ),
    "people.staff_password_days": Policy(
        "工作人员多久更换一次密码（0 不要求）", "天", 90, 0, 730, "GB/T 22239-2019 第三级"
    ),
}

# Pairs whose first number may not exceed the second.
LOWER_FIRST = (
    ("closings.pass_score", "closings.good_score"),
    ("closings.good_score", "closings.excellent_score"),
    ("hours.day_direct_minutes", "hours.day_parent_minutes"),
    ("hours.day_entered_minutes", "hours.day_most_minutes"),
    ("people.youngest_child_years", "people.youngest_alone_years"),
    ("people.youngest_alone_years", "people.adult_years"),
)
