"""The year 2019 of the demo city's fund, as real records: every figure of its summary comes out.

The sums are those of the published summary (seed 000): raised 6,500,200 yuan, sixty applications,
fourteen projects, asked 2,773,229, paid 1,377,184.90, of it 96,766 for four projects for elders
and 113,746 for five for children. Organizations, people and the sums of each project are invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

ELDERS, CHILDREN, CULTURE, HEALTH, CITY = (
    "关爱老人", "关爱儿童", "文化传承", "健康与应急", "文明城市",
)  # fmt: skip


class Given(NamedTuple):
    """One gift of the year; `shows` is whether the giver may be named."""

    month: int
    day: int
    yuan: int
    donor: str
    is_unit: bool = True
    shows: bool = True
    purpose: str = ""
    on_square: bool = False


# Together 6,500,200; 2,030,000 of it in one morning on the square.
GIFTS = (
    Given(1, 20, 1_200_000, "晋阳能源集团（演示）"), Given(2, 20, 770_000, "并州建工集团（演示）"),
    Given(3, 5, 1_000_000, "龙城钢铁集团（演示）", on_square=True),
    Given(3, 5, 500_000, "双塔置业（演示）", on_square=True),
    Given(3, 5, 300_000, "汾河水务（演示）", on_square=True),
    Given(3, 5, 200_000, "迎泽商贸（演示）", on_square=True),
    Given(3, 5, 30_000, "孙玉梅", is_unit=False, shows=False, on_square=True),
    Given(4, 20, 300_000, "太行医药（演示）", purpose=ELDERS),
    Given(5, 20, 260_000, "小树苗教育（演示）", purpose=CHILDREN),
    Given(6, 20, 900_000, "晋源文旅（演示）"),
    Given(8, 20, 500_000, "三晋传媒（演示）"), Given(8, 21, 200, "", is_unit=False, shows=False),
    Given(9, 20, 540_000, "并州交通投资（演示）", purpose=CITY), )  # fmt: skip


@dataclass(frozen=True)
class Team:
    """Who applies: key, name, county, what it does."""

    key: str
    name: str
    region: str
    intro: str


@dataclass(frozen=True)
class Won:
    """A project of 2019 that got money: asked and paid in fen, whose, what it did."""

    team: str
    serves: str
    title: str
    summary: str
    asked: int
    paid: int
    done: str
    results: str
    served: int
    is_early: bool = False  # closed before the year was over

    @property
    def ends_on(self) -> date:
        """Return the last day of the project."""
        return date(2019, 10, 20) if self.is_early else date(2020, 4, 30)

    @property
    def is_restricted(self) -> bool:
        """Return whether money was given for just this before it was awarded."""
        return self.serves == ELDERS


TEAMS = (
    Team("f19-foot", "勇跃修脚爱心志愿者服务队", "140105000000", "为老人义务修脚。"),
    Team("f19-angel", "智慧社区发展中心志愿服务队", "140106000000", "陪伴失独老人的“天使儿女”。"),
    Team("f19-piano", "琴声陪伴志愿服务队", "140107000000", "陪自闭症孩子练琴。"),
    Team("f19-nature", "无野趣自然教育志愿服务队", "140109000000", "带孩子到户外认识自然。"),
    Team("f19-calm", "安定哺心心理志愿服务队", "140105000000", "社区心理筛查和疏导。"),
    Team("f19-star", "灵星大龄青年关爱志愿服务队", "140108000000", "教大龄自闭症青年一门手艺。"),
    Team("f19-bud", "护蕾行动志愿服务队", "140106000000", "给学龄儿童讲自我保护。"),
    Team("f19-bio", "生命科学青年志愿服务队", "140105000000", "大学生艾滋病预防同伴教育。"),
    Team("f19-craft", "非遗彩虹志愿服务队", "140107000000", "非遗技艺进社区、进校园。"),
    Team("f19-guo", "国兴社区邻里探巢志愿服务队", "140105000000", "上门看望空巢老人。"),
    Team("f19-aid", "应急救护志愿服务队", "140109000000", "应急救护知识培训。"),
    Team("f19-city", "志愿服务促进会", "140100000000", "全市志愿服务的平台和项目支持。"),
)  # fmt: skip
WON = (
    Won("f19-foot", ELDERS, "关爱老人义务修脚",
        "每月到养老院、社区、小区为老人义务修脚，陪老人聊天。",
        6_000_000, 2_600_000, "每月到养老院、进社区、进小区开展义务修脚，全年 48 场。",
        "老人走路不再疼，子女也学会了护理的方法。", 1_860, is_early=True),
    Won("f19-guo", ELDERS, "“携手同行”邻里探巢计划",
        "节假日和老人生日上门看望空巢老人，组织集体活动。",
        4_500_000, 2_176_600,
        "逢节假日和老人生日上门，送米面油、饺子和蛋糕，陪老人聊天、打扫卫生。",
        "空巢老人走出家门，参加社区的集体活动。", 920, is_early=True),
    Won("f19-angel", ELDERS, "春晖天使计划", "“天使儿女”陪伴失独老人，做饭、聊天、教保健操。",
        5_800_000, 2_900_000, "结对的“天使儿女”每周上门，做家务、做午饭，教简单的保健操。",
        "老人保持身心健康，感受到社会的关爱。", 640),
    Won("f19-calm", ELDERS, "安定哺心行动——社区心理疾病防治", "为社区老人和患者做心理筛查和疏导。",
        5_200_000, 2_000_000, "在六个社区为老人和心理、精神障碍人群做筛查、疏导。",
        "医养结合，患者的生活质量提高，危险行为减少。", 780),
    Won("f19-piano", CHILDREN, "钢琴陪练志愿者培训计划", "培训志愿者陪自闭症孩子练琴。",
        5_600_000, 2_574_600, "培训陪练志愿者两期，每周陪自闭症孩子练琴。",
        "孩子们在汇报演出里弹完了整支曲子。", 310, is_early=True),
    Won("f19-nature", CHILDREN, "无野趣不童年", "带孩子亲近自然、了解自然。",
        4_800_000, 2_000_000, "在汾河公园、植物园开展自然教育 26 次。",
        "孩子们认识了身边的植物和鸟，学会在户外保护自己。", 1_040),
    Won("f19-star", CHILDREN, "灵星自闭症大龄青年手工技能培训基地",
        "教大龄自闭症青年客房服务和烘焙。",
        7_000_000, 3_300_000, "带 30 名大龄自闭症青年学习酒店客房服务与烘焙，每天反复练习。",
        "12 人进入练习的酒店实习，能独立完成一道工序。", 30),
    Won("f19-bud", CHILDREN, "“护蕾行动”学龄期儿童保护教育计划", "给在校学生讲自我保护。",
        4_200_000, 1_900_000, "到 14 所小学讲自我保护和身体安全。",
        "孩子们知道怎样说“不”，知道找谁帮忙。", 3_200),
    Won("f19-aid", CHILDREN, "开展应急救护培训，提高自救互救能力", "到学校教孩子和家长应急救护。",
        3_800_000, 1_600_000, "到学校和社区教心肺复苏、止血包扎和逃生，共 32 场。",
        "参加的孩子和家长都练过一遍心肺复苏。", 2_150),
    Won("f19-craft", CULTURE, "非遗彩虹之旅", "展示和传习非遗技艺。",
        4_600_000, 2_350_000, "剪纸、面塑、刺绣进社区、进校园 20 次。",
        "更多的人认识山西的非遗，孩子们带走了自己的作品。", 1_500),
    Won("f19-bio", HEALTH, "“知艾自爱，预艾予爱”同伴教育宣传", "大学生之间的艾滋病预防宣传。",
        4_000_000, 2_117_290, "在五所高校开展同伴教育，发放宣传册。",
        "同学们正视艾滋病，不歧视感染者和病人。", 5_600),
    Won("f19-city", CITY, "“志愿城市太原”基金平台建设",
        "建设基金线上申报、审核、执行和公开的平台。",
        98_000_000, 52_000_000, "完成平台基础建设并上线试运行，批复的项目上线展示。",
        "志愿服务组织可以在线登记、申报、公开项目进度。", 0),
    Won("f19-city", CITY, "创建全国文明城市微信公众号矩阵平台", "连通各级文明单位的公众号。",
        63_822_900, 30_200_000, "连通文明单位和志愿服务组织的公众号，一键发布。",
        "重点工作和成功经验能及时传到基层。", 0),
    Won("f19-city", CITY, "文明交通路口志愿服务", "在 107 个主要路口劝导文明出行。",
        60_000_000, 30_000_000, "在 107 个主要路口引导市民遵守交通规则，提供问路等便民服务。",
        "路口秩序明显好转，服务了二青会。", 120_000),
)  # fmt: skip


@dataclass(frozen=True)
class Other:
    """An application of 2019 that got no money, with the reason; some were read by experts."""

    team: str
    title: str
    summary: str
    asked: int
    reason: str
    is_reviewed: bool = False


IDEAS = (
    ("社区图书角", "在社区设图书角，周末有人值守。"), ("节日慰问", "节日看望困难家庭。"),
    ("广场义诊", "周末在广场量血压、测血糖。"), ("旧物改造课", "教居民把旧衣物改成布袋。"),
    ("楼道清洁日", "每月一次清扫楼道。"), ("手机课堂", "教老人用手机挂号、缴费。"),
    ("邻里运动会", "社区居民一起做游戏。"), ("流动理发", "为行动不便的人上门理发。"),
    ("四点半课堂", "放学后陪孩子写作业。"), ("绿色骑行", "倡导少开车、多骑行。"),
    ("家电小修", "周末在社区修小家电。"), ("汾河拾趣", "沿汾河捡拾垃圾。"),
)  # fmt: skip
# What was missing at the office's own check, and what the meeting said.
MISSING = (
    "预算没有计算依据，补正期内没有补齐。", "项目地点不在本市，不属于本次申报范围。",
    "主要用于购买固定资产，不符合申报说明。", "已有财政经费全额保障，不重复资助。",
    "没有说明受益人群和人数。",
)  # fmt: skip
BEHIND = (
    "年度资金有限，评审排序在后。", "与已资助的项目内容重复，建议合并实施。",
    "实施方案不够具体，建议完善后明年再报。",
)  # fmt: skip
OTHERS, REVIEWED = 46, 6
PASSED_OVER = tuple(
    Other(
        TEAMS[number % len(TEAMS)].key,
        f"{IDEAS[number % len(IDEAS)][0]}（{number // len(IDEAS) + 1}）",
        IDEAS[number % len(IDEAS)][1], 1_200_000 + number * 40_000,
        BEHIND[number % len(BEHIND)] if number < REVIEWED else MISSING[number % len(MISSING)],
        is_reviewed=number < REVIEWED,
    )
    for number in range(OTHERS)
)  # fmt: skip
