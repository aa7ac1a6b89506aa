"""The words that the rules on wording look for, and those that look alike and mean no harm. Only data.

All are in lower case; a rule compares them with words in lower case unless it says otherwise.
"""

from __future__ import annotations

from clausework.items.quality.word_lists import words

MODALS = {
    "will": "shall",
    "must": "shall",
    "should": "shall",
    "has to": "shall",
    "have to": "shall",
    "needs to": "shall",
    "need to": "shall",
    "is required to": "shall",
    "are required to": "shall",
    "won't": "shall not",
    "mustn't": "shall not",
}
"""Words that stand where 'shall' belongs, and what they become."""

PRONOUNS = words("it they them he she him")
"""Pronouns that always stand for a noun elsewhere; possessives are left out, for their noun mostly stands beside."""

DEMONSTRATIVES = frozenset({"this", "these", "those"})
"""Pronouns only where no noun follows."""

SUBJECT_PRONOUNS = PRONOUNS | DEMONSTRATIVES | {"that", "we", "you", "which", "one"}

PERSONS = words(
    "user users operator operators nurse nurses clinician clinicians patient patients physician physicians"
    " doctor doctors caregiver caregivers technician technicians administrator administrators pharmacist"
    " pharmacists"
)
"""People: a requirement on the product cannot bind them."""

VAGUE = words(
    "fast faster quick quicker quickly rapid rapidly slow slowly adequate adequately appropriate"
    " appropriately sufficient sufficiently insufficient reasonable reasonably suitable suitably user-friendly"
    " easy easily intuitive intuitively robust robustly flexible flexibly efficient efficiently effectively"
    " reliably safely securely timely optimal optimally approximately roughly nearly several some many few"
    " various numerous significant significantly acceptable acceptably proper properly correctly"
    " state-of-the-art modern clearly good bad best better high-quality smoothly seamless seamlessly"
    " comfortable comfortably large small usually generally typically typical relevant periodically regularly"
    " frequently often soon immediately promptly instantly satisfactory convenient simple simply easy-to-use"
    " meaningful negligible"
)
"""Adjectives and adverbs that no test can decide."""

VAGUE_PHRASES = ("user friendly", "easy to use", "state of the art", "real time", "ease of use")

VAGUE_VERBS = words(
    "minimise minimize maximise maximize optimise optimize improve enhance facilitate simplify"
)
"""Verbs of degree: directly behind 'shall' they say no more than an adjective would."""

NOT_VAGUE_BEFORE = {
    "significant": words("digit digits figure figures bit bits byte bytes"),
    "good": frozenset({"manufacturing", "clinical", "laboratory"}),
    "fast": frozenset({"fourier", "ethernet", "forward"}),
    "some": frozenset({"time"}),
    "small": frozenset({"bore"}),
    "real time": frozenset({"clock", "clocks", "operating"}),
    "timely": frozenset(),
}
"""Words behind a vague one that make a term of both."""

ESCAPES = (
    "if possible",
    "where possible",
    "when possible",
    "wherever possible",
    "whenever possible",
    "as far as possible",
    "as much as possible",
    "as soon as possible",
    "as quickly as possible",
    "as fast as possible",
    "as low as possible",
    "as little as possible",
    "to the extent possible",
    "if practicable",
    "where practicable",
    "as far as practicable",
    "as far as reasonably practicable",
    "as low as reasonably practicable",
    "as low as reasonably achievable",
    "to the extent practicable",
    "if necessary",
    "where necessary",
    "when necessary",
    "as necessary",
    "if needed",
    "where needed",
    "when needed",
    "as needed",
    "if required",
    "where required",
    "when required",
    "as required",
    "if appropriate",
    "where appropriate",
    "when appropriate",
    "as appropriate",
    "if applicable",
    "where applicable",
    "when applicable",
    "as applicable",
    "if feasible",
    "where feasible",
    "when feasible",
    "under normal circumstances",
    "in most cases",
    "to the greatest extent",
    "on a best effort basis",
    "at the discretion of",
)
"""Clauses that let whoever builds the product out."""

NO_ESCAPE_BEHIND = frozenset({"by", "in", "per", "of"})
"""Behind 'required' and its like, these name who or what requires it: 'as required by IEC 60601-1-8'."""

OPEN_ENDS = (
    "including but not limited to",
    "including, but not limited to",
    "include but are not limited to",
    "but not limited to",
    "and so on",
    "and so forth",
    "and the like",
    "among others",
    "etc.",
    "etc",
)

OPEN_EXAMPLES = ("such as", "for example", "for instance", "e.g.")
"""Open only where they stand in what the product shall do."""

SLASHED_NAMES = words(
    "on/off read/write input/output client/server pass/fail yes/no true/false open/closed in/out"
    " request/response publish/subscribe left/right up/down ascii/utf day/night systolic/diastolic"
)
"""Two words with a slash that are one name."""

SLASH_NOUNS = words(
    "key keys button buttons switch switches control controls knob icon icons menu ratio mode converter"
    " signal"
)
"""Behind two words with a slash they tell that the whole is a name, such as 'start/stop key'."""

PER_UNITS = words(
    "s sec second min minute h hr hour hours day week month year breath beat breaths beats drops counts"
    " samples bits bytes packets frames pulses cycles revolutions dose doses events rev count drop sample"
    " cycle pulse"
)
"""Beside a slash they are a rate, such as 'drops/min'."""

ABSOLUTES = (
    "always",
    "never",
    "at all times",
    "under all circumstances",
    "under all conditions",
    "under any circumstances",
    "under any conditions",
    "in all cases",
    "in all situations",
    "in every case",
    "in any event",
    "without exception",
    "every time",
    "100 % of the time",
    "100% of the time",
    "error-free",
    "fail-safe under",
    "absolutely",
    "totally",
)

PURPOSES = (
    "in order to",
    "in order that",
    "in order for",
    "so that",
    "so as to",
    "for the purpose of",
    "for the purposes of",
    "with the aim of",
    "because",
    "to ensure",
    "to make sure",
    "to guarantee",
    "to assure",
)

PURPOSE_LEADERS = words(
    "able used needed required necessary means ability allow permit attempt try enough continue procedure"
    " shall measures measure"
)
"""Before 'to ensure' they make it something else than a purpose."""

WHETHER_VERBS = words(
    "check checks determine determines verify verifies detect detects indicate indicates decide decides ask"
    " asks test tests see know tell tells evaluate assess monitor show shows display displays report reports"
    " record records log notify count measure recognise recognize confirm"
)
"""Before 'if' or 'when' they ask for a finding; no condition of the requirement itself begins there."""

MOMENTS = words("time moment point instant date day hour minute second only except even also not as")
"""Before 'when', 'while' or 'if' they make it a restriction or a point in time."""

CONTINUING = words("maintaining keeping preserving retaining continuing still also avoiding remaining")
"""Behind 'while' they tell a manner, not a state."""

STATES_WITHOUT_LIMIT = words(
    "low high abnormal excessive insufficient slow fast bad wrong critical unusual unacceptable weak"
)
"""Said of a quantity in a condition, they leave open when the condition is met."""

STATE_PARTICIPLES = words(
    "based located equipped rated related dedicated suited required connected sealed earthed grounded"
    " insulated isolated shielded coloured colored labelled labeled marked limited red need speed embedded"
    " detailed allowed supposed expected intended licensed certified"
)
"""Participles that say how something is, not what is done to it."""

PLACEHOLDERS = (
    "TBD",
    "TBC",
    "TBR",
    "TBS",
    "TODO",
    "FIXME",
)

PLACEHOLDER_PHRASES = (
    "to be determined",
    "to be confirmed",
    "to be defined",
    "to be decided",
    "to be specified",
    "to be clarified",
    "to be agreed",
    "not yet defined",
    "not yet known",
)

TECHNOLOGIES = {
    **dict.fromkeys(
        words("postgresql postgres mysql mariadb sqlite oracle mongodb redis cassandra dynamodb couchdb db2"),
        "database",
    ),
    **dict.fromkeys(
        words(
            "java python javascript typescript kotlin swift rust go c c++ c# ruby php perl scala react angular vue"
            " django flask spring qt docker kubernetes kafka rabbitmq nginx freertos zephyr aws azure tensorflow"
            " pytorch node.js electron hibernate boost sql json xml yaml"
        ),
        "technology",
    ),
    **dict.fromkeys(
        words(
            "mutex mutexes semaphore semaphores singleton thread threads array arrays pointer pointers hashmap"
            " microservice microservices callback callbacks subclass enum struct"
        ),
        "construct",
    ),
}
"""What a requirement says only where it prescribes how the software is made, by kind."""

CONSTRUCTS = (
    "linked list",
    "hash table",
    "global variable",
    "stored procedure",
    "state pattern",
    "lookup table",
)

BY_MEANS = (
    "using",
    "via",
    "by means of",
    "by using",
    "implemented in",
    "implemented with",
    "implemented as",
    "written in",
    "coded in",
    "with the help of",
    "programmed in",
)
"""Words that introduce how something is done."""

BY_MEANS_OF_CODE = (
    "implemented in",
    "written in",
    "coded in",
    "programmed in",
    "using",
    "by using",
    "implemented with",
)
"""Those that may introduce a name of one letter or a common word, such as 'C' or 'Go', a name only in its case."""

ONLY_IN_CODE = words("c go swift rust spring boost electron scala json xml yaml sql")

QUANTITY_NOUNS = words(
    "threshold thresholds limit limits rate rates pressure temperature volume flow dose duration delay time"
    " timeout interval period voltage current frequency speed weight mass length distance power concentration"
    " bolus energy force torque impedance resistance humidity altitude thickness width height diameter"
    " brightness loudness"
)
"""Quantities that have a dimension."""

WITHOUT_UNIT = words(
    "count counter counts number numbers ratio factor index score ph gain attempts attempt retries retry"
    " times events alarms items entries entry records messages packets users samples characters character"
    " digits priority level levels class order inr quantity position state value values code identifier id"
    " port channel priorities probability coefficient exponent rank sessions connections drops copies bits"
    " errors failures faults"
)
"""Quantities without a dimension."""

FUNCTION_WORDS = words(
    "and or to for of in at on by with from within when while if then until before after during the a an is"
    " are be than as that which but nor so unless where per via into onto over under between without has have"
    " shall it"
)

ABBREVIATIONS = words("e.g i.e cf fig figs vs approx ca dr mr mrs prof incl excl resp st viz al")
"""Behind these a full stop ends no sentence."""

NUMBERED_ABBREVIATIONS = words("no nr sec ch eq tab ref max min vol rev ver art para pt pp p")
"""Behind these a full stop ends no sentence where a figure follows."""

NOTE_LABELS = (
    "note",
    "notes",
    "rationale",
    "example",
    "examples",
    "comment",
    "remark",
    "remarks",
    "background",
    "source",
    "reference",
    "references",
    "justification",
    "explanation",
    "verification",
    "acceptance criteria",
    "history",
    "change history",
    "discussion",
)
"""What stands under such a label explains a requirement and is none."""

EMPHASIS = words(
    "shall not must never only note notes warning caution important and or all each no any may can will"
)
"""Words in bold that are emphasis, not terms."""
