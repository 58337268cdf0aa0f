"""What people say in a meeting instead of a result, a number or a date: the spoken half of the lexicon.

Much of it is not a list of words but a manner of speaking, and is written here as one: a verb that could be any verb
with an ending that only says "well" (弄好, 搞定, 处理得差不多), a verb made small (看看, 催一催, 问一下, take a look),
多 before a verb, a condition nobody promised (顺利的话, if all goes well). The classes are those of `lexicon.Vague`.
"""

# ruff: noqa: E501 - a pattern that is broken over lines is read wrongly

from __future__ import annotations

_ANY_VERB = "弄|搞|整|做|办|干|处理|解决|安排|应付|对付|打理|收拾|衔接|协调|对接|维护|服务|伺候|照顾|招呼|管|带|盯|看|抓|顶|兜|守|托"
_WELL = "好(?![评友坏多货处])|定|妥当?|利索|漂亮|踏实|扎实|明白|紧|牢|稳妥?|住|上(?!报)|起来|上去|(?<!整)齐|顺|到位|细致?(?![则节分化项目])|透(?![明过支])|周到|差不多|像样|满意(?![度率])|过得去"
_SMALL = "看|问|聊|谈|说|想|试|催|盯|发|改|查|对|理|跟|约|报|补|弄|搞|调|顺|碰|排|瞧|讲|记|算|找|过|做|推|赶|抓|压|提|降|冲|走|跑|摸|捋|动|管|比|学"
_SMALL_PAIRS = (
    "沟通|对接|了解|研究|关注|确认|协调|跟进|跟踪|讨论|评估|安排|处理|优化|梳理|总结|核实|落实|反馈|同步|对齐|推动|支持|配合|考虑|推进|整理|汇总"
    "|更新|检查|完善|商量|琢磨|准备|介绍|说明|通知|统计|提醒|补充|调整|分析|联系|解释|交流|规划|策划|感受|体验|加强|改善|表示|碰头"
)

SPOKEN_ZH: dict[str, str] = {
    "TIME": (
        "快[点些]|早些|赶[紧快早]|趁早|麻溜|火速|回头(?!客|率)|改天|哪天|[得有抽]空|腾出手来?|抽时间|很快(?!递)|那几天|忙完(?:这一?[阵段])?|空[了下]来?|闲下来|这[两几]天|这一?阵子?|这段时间|最近"
        "|过[两几一][天阵会周]儿?|过些(?:天|日子|时候)|[待等一]?会儿|待会|等会|晚[点些](?:时候)?|过后|(?<![\u4e00-\u9fff0-9])以后|往后|下一步|接下来|慢慢来?|逐步|逐渐|陆续|分批|到时|随时|一直|时刻"
        "|平时|长期|常态化|近几[天周日]|近来|下回|下次|后期(?!制作|处理|剪辑)|有消息|第一时候|尽速|早晚|提前(?!介入|[0-9一二两三四五六七八九十半])"
        "|再(?:给|报|回复?|答复|通知|安排|商量|讨论|约|谈|碰|看|补|细化|确认|同步)(?:个?(?:时间|日期|消息|结果|准信|大家))?"
    ),
    "HEDGE": (
        "(?:可以|行|顺利|来得及|方便|忙得过来|没问题|人手够|有人|有钱|有预算|不出意外|没意外|正常|理想|快)的话|不出意外|没什么意外|能不能|看能否|说不定|没准|指不定|差不离|大差不差|大致|大体(?![量积])"
        "|七七八八|八九不离十|尽力而为|走一步看一步|到时候看|再看看?吧?|不一定|不好说|我觉得|问题不大|应当能|理论上|或者晚|先这样|尽可能地|(?<![可功性效职技智产])能[^,。;;]{1,4}就[^,。;;]{1,4}|十有八九|保守(?=点|一点)"
    ),
    "HELP": "搭手|帮衬|帮一把|帮把手|搭台|站台|打辅助|撑腰|补位|兜底|托底|随叫随到|保驾护航|护航|有求必应|做好后勤|当好后盾|出人出力",
    "EFFORT": (
        f"(?:{_ANY_VERB})(?:[得的](?:很|挺|比较|特别|非常)?)?(?:{_WELL})(?:一?[点些])?(?![门台车班岗架线])|做(?:细(?![则节分化])|深(?!度)|强|大(?![会纲赛])|透|足|实(?![验施习时物名操践])|精(?![品简选准])|优(?![惠先秀化质势]))(?:一?[点些])?|稳住"
        f"|(?:{_SMALL_PAIRS}|润色|修饰|收尾|辛苦|过问|打听)(?:一下(?!子)|下(?=$|[,。;;吧]))|[正已]?经?在(?:弄|做|搞|推进?|谈|跟|看|办|处理|走流程|路上|排期?)(?=$|[了着,。;;])|走流程|没(?:啥|什么)大?问题|就[动上办干做]起?来?(?=$|[了,。;;])|想想(?:办法|法子|主意)|想法子|(?:收拾|弄|腾|挤|搞|理|凑|赶)出来|把好[^,。;;]{{0,6}}关|(?P<both>把|帮|出|搭|加|摸|跑|通)(?P=both)[关忙力手劲底场气]|(?<![输提给拿])出(?:个|些)?(?:方案|思路|主意)(?=$|[,。;;])|落地(?![页窗灯架式扇])|(?:{_SMALL})[一个]下(?!子)|[看问聊催盯改查弄搞瞧试想说]下(?![子个周月旬午班单发达线架载一属级游限降来去])|(?P<again>[看聊谈想试问催盯跑改理查找算说碰走])(?P=again)(?!说)"
        "|多?(?P<pair>[碰聊谈想看试改理捋摸赶冲拼压磨催推盯抓转熟过顶撑扛问查跑调])[一了](?P=pair)|(?P<long>商量|研究|讨论|沟通|了解|琢磨|合计|打听|考虑|感受|熟悉)(?P=long)"
        "|盯着(?:点|一点)?|盯[紧牢死]|看着(?:点|办)|守着|跟着|跟[紧上]|扛起来?|打前站|通个?气|碰个头|拉[通齐]|摸个?底|心里有数|放心|没问题|看着办|想(?:点|想)?办法|出主意"
        "|使劲|加把劲|拼一把|冲刺|发力|上点?心|费心|留[心神]|用心|尽心|走心|理顺|捋[顺清]|夯实|压实|抓[实细牢]|提前介入|深度参与|全程(?:参与|跟进|陪同|支持|配合)|参与进来|加入进来"
        "|联动|闭环(?!率)|打磨|沉淀|盘活|营造|凝聚|引导|鼓励|倡导|探索|摸索|尝试|促进|响应(?!时|率|速)|承接|提质增效|降本增效|齐抓共管|群策群力|齐心协力|一盘棋|无缝|顺畅|流畅|平稳|良好"
        "|不掉链子|不拖后腿|[不别]出(?:问题|差错|岔子|乱子|纰漏)|重点(?:关注|跟进|保障|抓)|心中有数|多加?[留小]心|善始善终|责任到人|动起来|跑起来|转起来|热起来|用起来|管起来|抓起来"
    ),
    "AMOUNT": (
        "(?<!第)一批(?!次)|一部分|大部分|绝?大多数|(?<![午晚上晨十第有])一点儿?(?![0-9到半钟前之以整])|好几[个家次天轮批]?|十来[个家台天]?|几[十百千]|上[百千](?=[个家台件人条])|一大?堆|一系列|全方位|各方面|多方面|许多|[匀挪腾凑省挤]出?一?[点些]|很多|好多|不少(?!于)|大把"
        "|什么的|充裕|管够|够用|富余|像样的?|好看|漂亮|大气(?![治污层压])|上档次|高大上|亮眼|吸睛|精美|高[质品水][量质平]|高标准|靠谱|精兵强将|加派人?手?|(?:其他|别的)(?:资料|材料|东西|事)|该[^,。;;的]{1,4}的(?=[都就,。;;])"
        "|(?<![许好很大差不])多(?:[跑找拉备派配盯催留给投看问谈聊约拍写卖囤带出做来]|准备|安排|宣传|沟通|联系|考虑|关注|支持)(?:一?[点些]|几[个家次])?"
        "|(?<![参超突推支付提指退])(?:加派|增派|多派|派|抽调?|调|安排|找|添|补|留)(?:[些点]|几个)?人(?=手|过|去|来|帮|支|盯|跟|顶|守|在|[,。;;]|$)手?"
    ),
    "CHANGE": (
        "往[上前下](?P<way>[提冲拉走压降砍赶推])(?:一?(?P=way))?|[提降压拉冲][上下]来|[提降压拉冲][上下]去|(?P<turn>[提降涨])一(?P=turn)|提速|提质|提效|增效|降本|放量|冲量|有所(?:好转|起色|突破)|有起色|上个?台阶|再上一层楼"
    ),
}

SPOKEN_EN: dict[str, str] = {
    "TIME": (
        r"one of these days|(?:(?:in|over|within) )?(?:the )?next (?:few|couple of|several) (?:days|weeks|months)|in a (?:bit|while|moment|few(?: days| weeks)?)"
        r"|before long|down the (?:road|line)|once (?:things|it|the dust|everything|we)[a-z ]{0,16}?(?:settles?|calms?|clear|quiet|time)(?: down)?|when (?:the dust settles|things [a-z]{1,10}(?: down)?|(?:i|we|they) (?:get|have|find) [a-z ]{1,12}?(?:time|chance|moment|minute))"
        r"|in the meantime|at (?:our|your|their) (?:earliest )?convenience|every so often|(?:every )?now and then|once in a while|occasionally|often|frequently|continuous(?:ly)?|always|constantly|at all times|round the clock|any ?time|right away"
        r"|straight away|at once|fast|in time|ahead of time|well in advance|in advance|early (?:on|enough)|sooner (?:or later|rather than later)|afterwards|step by step|gradually|over time|these days|this or next week|until further notice|first thing"
    ),
    "HEDGE": (
        r"some ?time(?= (?:next|this|in|around|after|before|early|late))|should be (?:fine|ok|okay|able)|fingers crossed|(?:give|gives|giving) (?:it|this|that) a (?:go|shot|try)|have a (?:go|crack|stab)|see(?:s)? (?:if|whether|what|how) (?:we|i|they|it)(?: can| could| say| think| goes)?|with (?:any|a bit of) luck|(?:i|we) (?:guess|think|reckon|suppose)"
        r"|give or take|no promises|hard to say|all being well|assuming (?:all|nothing|everything|we)|if (?:all goes well|nothing comes up|we can|i can|they can|things (?:go|allow)|everything|need be|required|necessary)|when(?:ever)? (?:we|i|they) can|in theory|most likely|shouldn't be a problem"
    ),
    "HELP": r"pitch(?:es|ing)? in|chip(?:s|ping)? in|jump(?:s|ing)? in|step(?:s|ping)? (?:in|up)|lend(?:s|ing)? (?:us |them |you )?a hand|back(?:s|ing)? (?:us|them|you) up|there for (?:you|us|them)|ha(?:ve|s) (?:your|their|our) backs?|cover(?:s|ing)? for|fill(?:s|ing)? in (?:for|where)|on (?:call|hand|standby)(?! duty)",
    "EFFORT": (
        r"get(?:s|ting)? (?:(?:it|this|that|things?|the [a-z]+(?: [a-z]+)?) )?(?:done|sorted|going|moving|rolling|ready|right|straight|into shape|in shape|started|under control|on with it)|tak(?:e|es|ing) (?:a|another) (?:closer |quick |good )?look|ha(?:ve|s|ving) (?:a|another) (?:quick )?(?:look|think|chat|word)"
        r"|circl(?:e|es|ing) back|stay(?:s|ing)? (?:on top of|close to|in touch)|on top of (?:it|this|things)|keep(?:s|ing)? (?:[a-z]+ )?(?:posted|in the loop|informed|updated|in touch|at it|going|on top of)|in the loop|sync(?:s|ing)?(?: up)?|align(?:s|ed|ing)?|reach(?:es|ing)? out|loop(?:s|ing)? in"
        r"|iron(?:s|ing)? out|wrap(?:s|ping)? (?:it |this |things )?up|tid(?:y|ies|ying)(?: (?:it|this|things))? up|clean(?:s|ing)?(?: (?:it|this|things))? up|beef(?:s|ing)? up|ramp(?:s|ing)? up|polish(?:es|ing)?|tweak(?:s|ing)?|mak(?:e|es|ing) (?:good )?progress|mov(?:e|es|ing) (?:things )?(?:forward|ahead|along)"
        r"|com(?:e|es|ing) back to (?:it|this|that|you)|park(?:s|ing)?(?: (?:it|this|that)|(?= the ))|(?:a|the) once-over|nag(?:s|ging)?|pester(?:s|ing)?|keep(?:s|ing)? (?:a (?:clos(?:e|er) )?|half an )eye|tak(?:e|es|ing) (?:ownership|the lead|charge|it from here)|focus(?:es|ing)? on|prioriti[sz](?:e|es|ing)|explor(?:e|es|ing)|brainstorm(?:s|ing)?|look(?:s|ing)? (?:at|after|over|out for)|see(?:s|ing)? to|work(?:s|ing)? (?:closely|hard|together|towards?|(?:it |something )?out)|figur(?:e|es|ing) (?:it |this |something |things )?out"
        r"|think(?:s|ing)? (?:about|through)|extra mile|whatever it takes|what(?:ever)? (?:we|they|i|it) can|happy to|ready to|willing to|glad to|committed to|dedicated to|got (?:it|this|you|that) covered|up to (?:speed|scratch|standard)|under control|run(?:s|ning)? smoothly|engag(?:e|es|ing)|encourag(?:e|es|ing)|address(?:es|ing)?(?! (?:list|book|label|line|field))"
        r"|respond(?:s|ing)? to|car(?:e|es|ing) (?:about|for)|chas(?:e|es|ing)(?: up)?|nudg(?:e|es|ing)|juggl(?:e|es|ing)|firm(?:s|ing)? up|pull(?:s|ing)? (?:it |this |things |something )?together|bring(?:s|ing)? (?:it |things )?(?:together|up to)|show(?:s|ing)? up|do(?:es)? the needful|in good (?:shape|order)|heads[- ]up|(?<!as )well(?! as)"
    ),
    "AMOUNT": (
        r"(?:fre(?:e|es|eing) up )?some (?:space|room|time|people|budget|capacity)|the usual(?: [a-z]+)?|a (?:little|bit)(?: of| more)?|a bunch of|plenty(?: of)?|loads? of|tons of|lots of|most of|a (?:small |good )?handful(?: of)?|as much as|bits and pieces|stuff|something|someone|somebody|anything|whatever|a (?:wide )?range of|multiple|all (?:kinds|sorts) of|dozens of|hundreds of|a couple|other things"
        r"|good(?!-)|great|nice(?:ly)?|solid(?!-)|robust|decent|attractive|compelling|user-friendly|intuitive|polished|top-notch|first-class|catchy|impressive|more (?:hands|people|staff|resources?|help|budget|time)|extra(?! [0-9])|spare (?:people|hands|capacity|staff)"
    ),
    "CHANGE": r"bring(?:s|ing)? (?:up|down)|(?:push|driv|get|bring)(?:e|es|s|ing|ting)? (?:[a-z]+ ){1,3}?(?:up|down)(?! to)|ramp(?:s|ing)? up|scal(?:e|es|ing) (?:up|down)|trim(?:s|ming)?(?= [a-z])|turn(?:s|ing)? around",
}
