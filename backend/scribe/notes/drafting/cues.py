"""How the talk of each section sounds."""

import re

# The languages that these cues, and the rules that build on them, are written for.
LANGUAGES = frozenset({"en"})


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


ALLERGY = _any(r"\ballerg(?:y|ies|ic)\b(?!\s+(?:season|symptoms))", r"\bbad reactions? to\b")
MEDICATION = _any(
    r"\bmedications?\b", r"\bmedicines?\b", r"\bmeds\b", r"\btablets?\b", r"\bpills?\b", r"\binhalers?\b",
    r"\bprescri(?:bed|ption)\b", r"\bover[- ]the[- ]counter\b", r"\bsupplements?\b", r"\bvitamins?\b",
    r"\bsteroids?\b",
    r"\bcontracepti\w+\b", r"\bantibiotics?\b", r"\bpainkillers?\b", r"\bstatins?\b", r"\binsulin\b",
    r"\bblood thinners?\b", r"\bcreams?\b", r"\bointments?\b", r"\d+\s?(?:mg|milligrams?|mcg|micrograms?)\b",
    r"\bdos(?:e|age)s?\b",
)  # fmt: skip
RELATIVE = _any(
    r"\b(?:mother|father|mom|mum|dad|brother|sister|aunt|uncle|grand(?:mother|father|ma|pa|parents?)|cousin|"
    r"parents?)\b"
)
FAMILY = _any(r"\bfamily history\b", r"\bruns? in (?:the|my|your) family\b", r"\b(?:in|of) (?:the|my|your) family\b")
SOCIAL = _any(
    r"\bsmok(?:e|es|ed|ing|er)\b", r"\bcigarettes?\b", r"\bvap(?:e|ing)\b", r"\btobacco\b", r"\balcohol\b",
    r"\bdrink(?:s|ing)?\b(?! (?:water|fluids|plenty|enough))", r"\bwine\b", r"\bbeers?\b", r"\bpints?\b",
    r"\b(?:recreational|illicit|street) drugs\b", r"\bmarijuana\b", r"\bcannabis\b", r"\bcocaine\b",
    r"\b(?:work|works|working) (?:as|in|at|for|from)\b",
    r"\b(?:my|your) (?:job|work|wife|husband|partner|kids|children)\b",
    r"\bretired\b", r"\blives? (?:with|alone|at|in|by)\b", r"\bliving (?:with|alone)\b", r"\bmarried\b",
    r"\bdivorced\b",
    r"\b(?:exercise|exercising|gym|jogging|hiking)\b", r"\boccupation\b", r"\bfor a living\b", r"\bdiet\b",
    r"\bstudent\b", r"\bunemployed\b", r"\btravel(?:l?ed|l?ing)?\b", r"\bsexually active\b", r"\bpets?\b",
)  # fmt: skip
HISTORY = _any(
    r"\bdiagnosed\b", r"\bhistory of\b", r"\byears? ago\b", r"\bsince (?:i was|childhood|birth)\b",
    r"\bas a (?:child|kid)\b",
    r"\bwhen i was\b", r"\bused to have\b", r"\bsurger(?:y|ies)\b", r"\boperat(?:ion|ed)\b", r"\bin the past\b",
    r"\bmedical (?:history|conditions?|problems?|issues)\b", r"\bhospitali[sz](?:ed|ation)\b", r"\bin hospital\b",
    r"\b(?:i have|i've got|i suffer from|i had) (?:\w+ ){0,2}(?:asthma|diabetes|hypertension|eczema|copd|"
    r"arthritis)\b",
)  # fmt: skip
TIME = _any(
    r"\b(?:for|since|about|over|around|past|last|ago|every|after|before|couple of|few)\b.{0,25}\b(?:day|days|"
    r"week|weeks|"
    r"month|months|year|years|hour|hours|minutes|night|morning|yesterday|today|monday|tuesday|wednesday|"
    r"thursday|friday|"
    r"saturday|sunday|weekend)\b",
    r"\byesterday\b", r"\blast night\b", r"\bstarted\b", r"\bbegan\b", r"\bcomes and goes\b", r"\bconstant(?:ly)?\b",
    r"\bon and off\b", r"\bout of (?:10|ten)\b", r"\bworse\b", r"\bbetter\b", r"\bintermittent\b",
    r"\ball the time\b",
)  # fmt: skip
VITALS = _any(
    r"\bvital signs\b", r"\bvitals\b", r"\bblood pressure (?:is|was|of|today|reading|looks|here)\b",
    r"\b(?:heart rate|pulse|temperature|temp|respiratory rate|oxygen saturation|o2 sat\w*|saturations?|weight|bmi)\b"
    r".{0,25}\d", r"\b\d{2,3}\s?(?:/|over)\s?\d{2,3}\b", r"\bafebrile\b",
)  # fmt: skip
RESULT = _any(
    r"\b(?:shows?|showed|shown|came back|comes back|results?|revealed|demonstrates?|negative|positive|normal|"
    r"abnormal|"
    r"elevated|raised|unremarkable|low|high|reviewed|consistent|looks? (?:good|fine|okay|ok)|no (?:fracture|"
    r"evidence))\b"
)
EXAM = _any(
    r"\b(?:heart|lungs?|abdomen|belly|chest|neck|skin|throat|ears?|eyes?|extremities|tissue)(?: exam| sounds?)?,? "
    r"(?:is|are|looks?|sounds?|feels?)\b",
    r"\bi (?:do not|don't) (?:appreciate|hear|feel|see)\b",
    r"\b(?:on|your|the) (?:physical )?exam(?:ination)?\b", r"\blungs? (?:are|sound|is)\b",
    r"\b(?:i|i can|i do) (?:still )?"
    r"(?:hear|feel|see|notice|appreciate)\b", r"\bi'm (?:hearing|feeling|seeing|noticing)\b", r"\bmurmur\b",
    r"\bcrackles?\b",
    r"\brhonchi\b", r"\bwheez(?:e|ing) (?:in|on|at)\b", r"\btender(?:ness)?\b", r"\brange of motion\b",
    r"\bpalpat\w+\b",
    r"\bheart (?:sounds|is regular)\b", r"\bregular rate\b", r"\bedema\b", r"\bbruits?\b", r"\bpupils?\b",
    r"\berythema\w*\b",
    r"\b(?:abdomen|belly|tummy) (?:is|feels) (?:soft|tender|non)\b", r"\bguarding\b", r"\breflexes\b",
    r"\bstrength is\b",
    r"\bgait\b", r"\beffusion\b", r"\bdistended\b", r"\bsoft\b.{0,20}\bnon-?tender\b", r"\bclear to auscultation\b",
    r"\bcontusion\b", r"\becchymosis\b", r"\bsensation\b", r"\bpulses\b",
    r"\b(?:straight leg|mcmurray|lachman|tinel)\b",
    r"\blymph nodes?\b", r"\bswelling (?:in|on|of|around)\b", r"\bnegative for\b", r"\bpositive for\b",
    r"\bcap(?:illary)? refill\b",
)  # fmt: skip
FINDING = _any(r"\bi (?:can |do |still |also )*(?:hear|see|appreciate)\b(?! (?:you|that you))")
EXAM_TALK = _any(
    r"\b(?:i'm going to|let me|i want to|i'll|we'll|gonna|can you|i'd like to|let's|"
    r"go ahead and) (?:\w+ ){0,4}(?:listen|"
    r"look at|examine|feel|press|check your|take a look|exam|push|test your|do (?:a|"
    r"my) (?:quick )?(?:physical|exam))",
    r"\bshow me\b", r"\blet's (?:talk|focus|move on|start with)\b", r"\b(?:ask|asking) you\b",
    r"\b(?:going to|gonna|wanna|want to) (?:ask|talk|discuss|go over|go ahead and (?:check|do))\b",
    r"\b(?:deep breath|breathe in|follow my finger|lie down|hop up|lay back|open your mouth|does (?:it|that|"
    r"this) hurt)\b",
)  # fmt: skip
PLAN = _any(
    r"\b(?:i'm|we're|i am|we are) (?:just |also |still )?(?:going to|gonna)\b",
    r"\b(?:i'll|we'll|we will|i will|let's|we can)\b",
    r"\bi(?:'d| would) (?:also |really )?(?:like|want|recommend|suggest|advise)\b",
    r"\bi (?:also |do )?(?:want|recommend|suggest|advise)\b",
    r"\bprescri(?:be|ption)\b", r"\brefer(?:ral|ring)?\b", r"\border(?:ing)?\b", r"\bschedul(?:e|ing)\b",
    r"\bcontinue\b", r"\bcarry on\b",
    r"\bstart (?:you|taking|on)\b", r"\bincrease\b", r"\bdecrease\b", r"\byou (?:should|need to|can|could|must)\b",
    r"\bmake sure\b", r"\btry (?:to|and|taking|using)\b", r"\bplan\b", r"\bphysical therapy\b", r"\bavoid\b",
    r"\bplenty of (?:fluids|rest|water)\b", r"\bkeep (?:taking|on|an eye|your|well)\b", r"\btreat(?:ment)?\b",
    r"\bcourse of\b",
    r"\b(?:twice|once|three times|four times) (?:a|per) day\b", r"\bevery (?:\w+ ){0,2}hours\b",
    r"\bsend (?:you|a|off|over)\b",
    r"\bwould (?:suggest|recommend|advise)\b",
)  # fmt: skip
INSTRUCTION = _any(
    r"\bcome (?:back|in) (?:and|to|if|in|for|sooner)\b", r"\bfollow(?:ing)?[- ]?up (?:with|in|on|appointment)\b",
    r"\bsee you (?:in|again|back)\b",
    r"\b(?:call|contact|ring|message) (?:us|me|the (?:office|surgery|clinic)|your)\b", r"\bemergency\b",
    r"\ba\s?(?:&|and)\s?e\b", r"\b999\b", r"\b911\b", r"\b111\b",
    r"\breturn (?:to|in|if)\b", r"\bif (?:it|you|things|they|there|that|the|your)\b.{0,80}\b(?:worse|worsen\w*|"
    r"develop|notice|not (?:better|improv\w+)|persist\w*|any (?:concerns|problems)|don't improve|"
    r"doesn't (?:improve|get|settle)|changes)\b",
    r"\blet (?:us|me) know\b", r"\bbook (?:an|another|in)\b", r"\bseek\b",
)  # fmt: skip
ASSESSMENT = _any(
    r"\bi (?:do )?(?:think|suspect|believe|feel like)\b",
    r"\b(?:sounds|looks|seems) (?:like|to be|more like|as if|very)\b",
    r"\bconsistent with\b", r"\bdiagnos(?:is|ed|e)\b", r"\bmost likely\b", r"\blikely\b", r"\bprobably\b",
    r"\bsuggest(?:s|ive)\b",
    r"\bappears? to\b", r"\bimpression\b", r"\bassessment\b", r"\byou (?:do )?have (?:a|an|some|what|got)\b",
    r"\bwell[- ]controlled\b",
    r"\bunder control\b", r"\bstable\b", r"\bcould be\b", r"\bmight be\b", r"\bdue to\b", r"\bcaused by\b",
    r"\bsecondary to\b",
    r"\bfor (?:your|his|her) (?:first|second|third|next|last)?\b", r"\bproblem is\b", r"\bworried about\b",
    r"\bdifferential\b",
)  # fmt: skip
PRESENTS = _any(
    r"\byear[- ]old\b", r"\b(?:who )?presents?\b", r"\bhere (?:today )?(?:for|with|because)\b",
    r"\bcomplain(?:s|ing|t)\b",
    r"\bchief complaint\b", r"\bcame in (?:with|for|because)\b", r"\bin (?:today )?for (?:a|an|your)\b",
)  # fmt: skip
OPENING = _any(
    r"\bhow can (?:i|we) help\b", r"\bwhat (?:brings?|brought) you\b",
    r"\bwhat(?:'s| is| has been)? (?:been )?(?:going on|"
    r"happening|the (?:problem|matter|trouble))\b", r"\bwhat can (?:i|we) do for you\b", r"\bwhat happened\b",
    r"\bwhat seems\b",
    r"\btell me (?:what|about|a (?:little )?bit)\b", r"\bhow (?:are|have) you (?:doing|been|feeling)\b",
    r"\bwhat's up\b",
    r"\bhow can i be of\b", r"\breason for\b", r"\bwhat(?:'s|s)? bothering\b",
)  # fmt: skip
SMALL_TALK = _any(
    r"\bnice to (?:meet|see)\b", r"\bgood to (?:see|meet)\b",
    r"\b(?:good )?(?:morning|afternoon|evening),? (?:sir|doctor|madam)\b",
    r"\bdax\b", r"\bcan you hear me\b", r"\bconfirm (?:your|who|that)\b", r"\bdate of birth\b",
    r"\bmy name(?:'s| is)\b",
    r"\bthank(?:s| you)\b", r"\bthe weather\b", r"\bhave a (?:good|great|nice)\b", r"\btake care\b",
    r"\bsorry to hear\b",
    r"\bany (?:other )?questions\b", r"\bsound(?:s)? (?:good|great|okay|ok)\b", r"\bdoes that (?:make sense|sound)\b",
    r"\byou're welcome\b",
    r"\bhey,? dragon\b", r"\bcan you see me\b", r"\bif that'?s (?:okay|ok|alright|all right)\b",
    r"\bis that (?:okay|ok|alright)\b",
    r"\bbear with me\b", r"\bhow (?:is|are) (?:the|your) (?:family|kids|wife)\b", r"\bi'm (?:dr|doctor)\b",
    r"\bcall me\b",
)  # fmt: skip

# A sentence that ends so was not finished.
DANGLING = _any(r"\b(?:the|a|an|my|your|their|his|and|or|but|of|with|because|if)[.,\s]*$")
# Without what it points back to it says little.
POINTING_BACK = _any(r"^(?:it|it's|its|that|that's|this|those|these|they|they're|he|she|which)\b")
PROBLEM = _any(
    r"^(?:(?:so|and|then|now|next|okay),? )*(?:for|with|regarding|in terms of|as for) (?:your|the|his|her) "
    r"(?:(?:first|second|third|fourth|next|last|other) )?(?:(?:problem|issue|concern)(?: of|,)? )?"
    r"(?:(?:your|the|his|her) )?(?P<name>[a-z][a-z' -]{2,40})\.?$"
)
