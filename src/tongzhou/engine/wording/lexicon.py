"""The words that make a promise vague, by what is wrong with them, and the verbs that name an act.

Each vague class says what has to stand beside the word before it does no harm (see `vagueness`). Patterns are
regular expressions; a negative look-ahead holds uses that are not vague (及时率 is a metric, 加强筋 a part).
"""

# ruff: noqa: E501 - a pattern that is broken over lines is read wrongly

from __future__ import annotations

import enum
import re

from .spoken import SPOKEN_EN, SPOKEN_ZH


class Vague(enum.Enum):
    """What is wrong with a vague word; the value is the code of the finding."""

    TIME = "vague_time"
    """Says when without saying when (尽快, asap): a date is missing."""
    HEDGE = "vague_hedge"
    """Takes the promise back (大概, 争取, try to)."""
    HELP = "vague_help"
    """Help of no kind, size or date (配合, 提供支持, support)."""
    EFFORT = "vague_effort"
    """An attitude or activity instead of a result (积极, 加强, do its best)."""
    AMOUNT = "vague_amount"
    """An amount or a circle without number or name (适当, 若干, 相关, some, relevant)."""
    CHANGE = "vague_change"
    """A change without a number (提升, improve)."""


_ZH: dict[Vague, str] = {
    Vague.TIME: (
        "尽快|尽早|抓紧|及时(?![率性])|立即|马上|近期|近日|不日|稍后|稍晚|后续(?!版本)|随后|适时|择机|第一时间|按时(?!率)|按期(?!率)"
        "|不定期|有空的?时候?|有时间时?|到时候?再?|届时|早日|迅速|从速|限期|定期(?!存款)|经常|日后|今后|早点|过几天|过段时间|过一阵"
    ),
    Vague.HEDGE: (
        "大概(?!率)|大约|差不多|左右(?![两二]侧|手|对称|摇|滑)|上下(?=[,。;;]|$)|前后(?=[把将完能,。;;]|$)|约(?=[0-9一二两三四五六七八九十百])|争取|力争|尽量|尽可能|尽力|根据需要|按需|视需要"
        "|原则上|预计(?!到货|产量|销量|交付日|完成时间)|估计(?![值量])|可能(?!性)|或许|也许|应该|希望能?|打算|拟(?=[在于])|考虑(?!到|因素)|待定|另定|再定|再议|再说|看情况|视情况|视具体情况|酌情|如有可能"
        "|条件允许|如果?有?需要|基本上?(?=完成|达到|实现|解决)|初步(?=完成|达到)|暂定"
    ),
    Vague.HELP: (
        "(?:提供|给予|做好|加强|予以)[^,。;;0-9]{0,6}?(?:支持|支撑|协助|帮助|配合|保障|便利)(?!部|团队|人员|中心|组)"
        "|(?:必要的?|一切|大力|全力|积极)?(?:支持(?![部率者每不超在])|支援|协助|帮助|帮忙|配合(?!比)|协同|协调(?!会)|协作(?!表|备忘|需求))(?!部门?负责人|中心)"
        "|打下手|搭把手|出把力|出力"
    ),
    Vague.EFFORT: (
        "积极(?!分子|性)|主动|全力以赴|全力(?:保障|推进|做好)?|努力|大力|高度重视|重视|密切(?:配合|关注|跟踪)?|加强(?!筋|板|版|型)|强化"
        "|加大|加快|进一步|深化|推进|推动|完善|落实|做好|抓好|搞好|办好|保障(?=[^0-9]{0,8}$|[^0-9]{0,8}[,。的])|妥善|认真|切实|关注|留意|跟进|跟踪一?下"
        "|看一?下|了解一?下|负责(?!人|部门|制)|牵头|统筹|兼顾|维护好|保持(?![在0-9])|持续(?:改进|跟进|优化|推进)?|不断|充分|严格|严控|扎实|稳步|有序|合理"
        "|打通|赋能|抓手|助力|对齐一?下|沟通一?下|对接一?下|研究一?下|参与(?=[^0-9]{0,6}$)|杜绝|避免(?=[^0-9]{0,8}$)|顺利|圆满|到位|有效|高效|扩大|拓展|(?:形成)?(?:工作)?合力|氛围|灵活|弹性(?!系数)|(?P<twice>[推赶催抓看想谈聊改试盯])一(?P=twice)"
    ),
    Vague.AMOUNT: (
        "适当(?!性)|适量|若干|一些|部分(?=[门店人产客商商品员])|几(?=[个名位家款台件份条场次版轮批天人种])[个名位家款台件份条场次版轮批天人种]|数(?=[名位家款])[名位家款]"
        "|多名|多个|多家|多次|多轮|更多的?|较多|较大|大量|大批|少量|足够|充足|充分的|必要的?|相关(?![系性度])|有关(?!于)|各项|各类|各种|等等|之类|方方面面|优秀|更[好快大高强优稳顺]|(?:增派|增加|补充|安排|抽调)(?:人手|人员|力量|资源)"
    ),
    Vague.CHANGE: "提升|提高|优化|改善|改进|改良|降低|减少|减轻|增加|增强|增长|扩大|缩短|加速|压缩|压降|节约|提振|美化|简化",
}

_EN: dict[Vague, str] = {
    Vague.TIME: (
        r"a\.?s\.?a\.?p\b\.?|as soon as (?:possible|practicable|we can)|soon(?!er)|shortly|promptly|immediately|quickly|in due course"
        r"|in a timely (?:manner|fashion|way)|timely|on time|at the earliest|at some point|eventually|later(?! than)|regularly"
        r"|from time to time|periodically|in the near future|when(?:ever)? (?:available|possible|there is time|time (?:permits|allows))"
        r"|without delay|going forward|ongoing|in the coming (?:days|weeks|months)"
    ),
    Vague.HEDGE: (
        r"around(?= (?:the|[0-9]|mid|end|early))|about(?= [0-9])|roughly|approximately|approx\.?|circa|more or less|try(?:ing)? to|tries to"
        r"|aims? to|hopes? to|hopefully|plans? to|intends? to|expects? to|endeavou?rs? to|seeks? to|strives? to|considers?|might|could"
        r"|possibly|probably|perhaps|maybe|(?-i:may)(?= [a-z])|ideally|in principle|if possible|where(?:ver)? possible|if time permits|if needed"
        r"|tbd|tba|tbc|to be (?:decided|defined|determined|confirmed|agreed)|or so|should be able to"
    ),
    Vague.HELP: (
        r"(?:provid(?:e|es|ing)|giv(?:e|es|ing)|offer(?:s|ing)?|lend(?:s|ing)?)\s(?:[a-z]+\s){0,2}?(?:support|help|assistance)"
        r"|full support|support(?:s|ing)?(?! [a-z]+s (?:an?|the|every|all|each|its|our) )(?! (?:desk|tickets?|staff|team|agents?|cent(?:re|er)|case))|help(?:s|ing)?(?! (?:desk|cent(?:re|er)))"
        r"|assist(?:s|ing|ance)?(?!ant)|cooperat(?:e|es|ing|ion)|collaborat(?:e|es|ing|ion)|coordinat(?:e|es|ing)|facilitat(?:e|es|ing)"
        r"|lends? a hand|be available|contribut(?:e|es) to|liais(?:e|es)"
    ),
    Vague.EFFORT: (
        r"(?:do|does|doing|try|tries)\s(?:its|our|their|his|her|the)\s(?:very\s)?(?:best|utmost)|best efforts?|make every effort|as needed"
        r"|as (?:necessary|required|appropriate)|look(?:s|ing)? into|follow(?:s|ing)? up|keep(?:s|ing)? an eye on|sort(?:s|ing)? out"
        r"|work(?:s|ing)? on|deal(?:s|ing)? with|tak(?:e|es) care of|handl(?:e|es|ing)|manag(?:e|es|ing)(?! director)|monitor(?:s|ing)?(?! screens?)"
        r"|push(?:es|ing)?|driv(?:e|es|ing)(?! (?:to|from))|ensur(?:e|es|ing)(?= (?:smooth|that everything|quality|a good|good))"
        r"|streamlin(?:e|es|ing)|strengthen(?:s|ing)?|maximi[sz]e[sd]?|foster(?:s|ing)?|leverag(?:e|es|ing)"
        r"|actively|proactively|mak(?:e|es|ing) sure|fine|pursu(?:e|es|ing)|stand(?:s|ing)? (?:ready|by)|at your disposal|get(?:s)? back to (?:you|us|them)|smooth(?:ly)?|properly|appropriately|carefully|efficiently|effectively|seamless(?:ly)?|touch(?:es)? base"
        r"|is responsible for|are responsible for|be responsible for|maintains?|keeps?(?= [a-z]+ (?:running|going|happy))|adequately|closely"
    ),
    Vague.AMOUNT: (
        r"some(?! of the [0-9])|several|a (?:few|couple of|number of|lot of)|many|various|numerous|enough|sufficient|adequate|necessary|relevant"
        r"|appropriate|suitable|reasonable|additional(?! [0-9])|more(?! than| or less)|fewer|better|as many as possible|(?:bigg|small|fast|quick|cheap|high|larg|strong|smart|easi|smooth|great)er(?! than)|(?:high|top|good)[- ]quality|extra (?:hands|staff|people|resources?|help)|and so on|etc\b\.?|significant(?:ly)?"
    ),
    Vague.CHANGE: (
        r"improv(?:e|es|ing)|increas(?:e|es|ing)|reduc(?:e|es|ing)|decreas(?:e|es|ing)|optimi[sz](?:e|es|ing)|enhanc(?:e|es|ing)"
        r"|lower(?:s|ing)?|rais(?:e|es|ing)|boost(?:s|ing)?|speed(?:s|ing)? up|cuts?(?= [a-z])|accelerat(?:e|es|ing)|expand(?:s|ing)?"
        r"|upgrad(?:e|es|ing)|shorten(?:s|ing)?|grows?(?= [a-z])|moderni[sz](?:e|es|ing)"
    ),
}

_CHINESE = [*_ZH.items(), *((Vague[name], pattern) for name, pattern in SPOKEN_ZH.items())]
_ENGLISH = [*_EN.items(), *((Vague[name], pattern) for name, pattern in SPOKEN_EN.items())]

PATTERNS: tuple[tuple[Vague, re.Pattern[str]], ...] = tuple(
    [(kind, re.compile(pattern)) for kind, pattern in _CHINESE]
    + [(kind, re.compile(rf"(?<![A-Za-z_-])(?:{pattern})(?![A-Za-z_])", re.IGNORECASE)) for kind, pattern in _ENGLISH]
)

_ACTS_ZH = (
    "完成|提交|交付|上线|盘点|清点|发布|发送|发给|发出|交给|签订|签署|签约|出具|召开|培训|到岗|招聘|录用|采购|下单|付款|支付|划拨|转账|拨付|开通"
    "|部署|迁移|联调|测试|压测|验收|审核|审批|复核|核对|审定|校对|修复|修改|修订|更换|替换|安装|拆除|调试|改造|建成|竣工|投产|产出|生产|制作|拍摄|印制"
    "|设计|绘制|编写|编制|编排|撰写|起草|翻译|配置|录入|导入|导出|上传|下载|更新|补足|补货|备货|铺货|入库|出库|发货|装车|送达|配送|运抵|回访|联系|拜访"
    "|邀请|通知|公示|公布|登记|归档|盖章|备案|申报|申请|投出|取得|通过|获得|关闭|整理|汇总|统计|分析|评估|测算|调研|排查|巡检|检修|检测|检验|抽检|演练"
    "|借调|派驻|派出|指派|派[0-9一二两三四五六七八九十]|安排[0-9一二两三四五六七八九十]|租用|订好|预订|布置|搭建|搬迁|清理|清退|清零|退款|赔付|结算|对账|开票|报销|试卖|试点|开业|上架|下架|推送|投放"
    "|开发完|重构|封版|发版|回滚|冻结|锁定|提供[0-9一二两三四五六七八九十]|给出|交出|写出|列出|做完|盘完|办完|办理|开具|寄出|调整|清点"
)
_ACTS_EN = (
    r"finish|complet|submit|deliver|ship|sign|send|sent|hir|recruit|train|publish|releas|launch|deploy|migrat|mov|install|replac|"
    r"repair|fix|test|review|approv|return|pay|paid|transfer|book|order|buy|purchas|build|built|produc|print|design|draft|writ|"
    r"translat|count|audit|clos|answer|call|invit|announc|post|upload|load|import|export|register|archiv|fil|rotat|lend|lent|put|"
    r"assign|open|renew|cancel|refund|invoic|interview|deploy|configur|document|record|check|inspect|calibrat|clean|paint|hand|"
    r"present|prepar|provid|issu|mail|pack|stock|label|reconcil|measur|analys|analyz|survey|map|list|report|schedul|set up|"
    r"restor|back up|patch|merg|delet|remov|renam|split|negotiat|agree|organis|organiz|hold|held"
)
ACTS = (
    re.compile(_ACTS_ZH),
    re.compile(rf"(?<![A-Za-z])(?:{_ACTS_EN})(?:e|s|es|ed|d|ing|ting|ped|ping|ies|ied|y)?(?![A-Za-z])", re.IGNORECASE),
)

# Words without content of their own: what is left of a sentence without them is its object.
EMPTY = re.compile(
    r"[\u4e00-\u9fff]{1,6}?(?:部门?|组|处|中心|团队|科|办公室|车间|事业部|同事|经理)(?![0-9])|[的地得了着过把将被在于和与及并对向给为由从到等请须需应要会能我们各其它他她]"
    r"|工作|事宜|事项|事情|问题|任务|方面|情况|项目|活动|人手"
    r"|(?<![A-Za-z])(?:the|a|an|of|for|to|in|on|at|by|with|and|or|will|shall|we|our|us|they|it|is|are|be|please|team|department|"
    r"project|work|things?|marketing|sales|finance|engineering|product|hr|it|legal|everyone)(?![A-Za-z])|[^\w]",
    re.IGNORECASE,
)
