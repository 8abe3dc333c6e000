"""Words that must be right and of which the engine was not sure: doses, drugs, negations, sides."""

import re

_UNSURE = 0.6
# The languages of the words below; figures and medicines are alike in others.
LANGUAGES = frozenset({"en"})
_NUMBERS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand half quarter once twice "
    "double"
)
_UNITS = (
    "mg mcg milligram milligrams microgram micrograms gram grams ml millilitre millilitres milliliter milliliters unit "
    "units tablet tablets capsule capsules puff puffs drop drops percent daily weekly hourly"
)
_NEGATIONS = "no not never none without nor cannot denies don't doesn't didn't isn't wasn't can't won't haven't hasn't"
_SIDES = "left right bilateral bilaterally both upper lower"
_DRUGS = (
    "aspirin insulin warfarin heparin morphine codeine digoxin lithium paracetamol acetaminophen tylenol ibuprofen "
    "advil motrin aleve albuterol salbutamol ventolin methotrexate prednisone metformin levothyroxine gabapentin "
    "tramadol furosemide lasix clopidogrel apixaban eliquis rivaroxaban xarelto steroid steroids antibiotic antibiotics"
)
_ALWAYS = frozenset(f"{_NUMBERS} {_UNITS} {_NEGATIONS} {_SIDES} {_DRUGS}".split())
# The stems that international drug names end in (WHO, "The use of stems").
_STEMS = re.compile(
    r"\w{2,}(cillin|mycin|micin|cycline|floxacin|oxacin|azole|conazole|prazole|statin|sartan|pril|olol|alol|dipine|"
    r"formin|gliptin|gliflozin|glutide|tidine|setron|triptan|oxetine|pram|azepam|azolam|barbital|caine|profen|coxib|"
    r"thiazide|semide|terol|sone|solone|onide|parin|xaban|gatran|grel|mab|tinib|vir|cef\w*|sulfa\w*|thyroxine)"
)


def is_risky(text: str, probability: float) -> bool:
    """Whether a mistake in this word could harm, and the engine may have made one."""
    if probability >= _UNSURE:
        return False
    bare = text.casefold().replace("\u2019", "'").strip('.,?!;:"()[]')
    if any(sign.isdigit() for sign in bare) or bare in _ALWAYS or bare.endswith("n't"):
        return True
    return _STEMS.fullmatch(bare) is not None
