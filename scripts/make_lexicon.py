#!/usr/bin/env python3
"""Writes toybox/lexicon.tsv: words that the toybox does not know, and the known ones that a lexical relation puts nearest.

    apt-get install wordnet-base
    cargo run --release -p toybox -- words --json > words.json
    scripts/make_lexicon.py words.json > toybox/lexicon.tsv

Relations, nearest first: the same synset (couch, sofa), a kind of it (hound, dog), the kind that it is of and the other
kinds of that (wolf, dog). Source: WordNet 3.0, Princeton University 2006 (see toybox/LICENSE-WORDNET).
"""

import json
import re
import sys

FOLDER = "/usr/share/wordnet"
# Senses of nouns that are not their first in WordNet, counted from 1.
SENSES = {
    "banana": 2, "barrel": 2, "book": 2, "bow": 4, "burger": 2, "cake": 3, "castle": 2, "chest": 2, "church": 2, "crown": 4,
    "hammer": 2, "mace": 4, "palm": 3, "pumpkin": 2, "raccoon": 2, "shield": 2, "table": 2, "tiger": 2, "watermelon": 2,
    "alien": 3, "chicken": 2, "egg": 2, "gem": 5, "ghost": 3, "hot dog": 2, "mug": 4, "octopus": 2, "ring": 8, "turtle": 2, "whale": 2,
    "wizard": 2,
}
# Attributes: the word that stands for them, and the noun or adjective synsets whose kinds mean the same.
COLOURS = {"red": 1, "orange": 2, "yellow": 1, "green": 1, "blue": 1, "purple": 1, "pink": 1, "brown": 1, "black": 1,
           "white": 1, "gray": 1, "beige": 1}
SUBSTANCES = {"wood": ("wooden", 1), "gold": ("golden", 3), "silver": ("silver", 1), "copper": ("copper", 1), "iron": ("iron", 1),
              "stone": ("stone", 2), "marble": ("marble", 1), "plastic": ("plastic", 1), "jade": ("jade", 1), "ice": ("ice", 1),
              "clay": ("clay", 1), "chocolate": ("chocolate", 2)}
# Heads of adjective clusters: their satellites mean much the same.
ADJECTIVES = {"big": "big", "large": "big", "small": "small", "little": "small", "tiny": "tiny", "tall": "tall", "fat": "fat",
              "narrow": "narrow", "wide": "wide", "broad": "wide", "thin": "slim", "slender": "slim", "long": "long", "short": "short"}
# What artists ask for and WordNet puts elsewhere, or nowhere.
OURS = {
    "penguin": "bird",
    "duck": "goose swan",
    "owl": "eagle parrot crow falcon hawk",
    "chicken": "rooster turkey",
    "cow": "bull ox buffalo",
    "horse": "donkey unicorn deer moose zebra",
    "sheep": "goat",
    "giraffe": "camel",
    "mouse": "rat hamster gerbil",
    "dog": "wolf",
    "tiger": "leopard cheetah panther jaguar",
    "dragon": "lizard monster",
    "dinosaur": "crocodile alligator",
    "shark": "dolphin",
    "spider": "scorpion",
    "bee": "wasp hornet ladybug beetle",
    "octopus": "squid jellyfish",
    "bear": "koala badger",
    "elephant": "mammoth rhino rhinoceros hippo",
    "cannon": "gun rifle revolver shotgun pistol musket",
    "sword": "blade katana rapier",
    "sailboat": "boat ship yacht canoe raft",
    "car": "automobile taxi van",
    "truck": "lorry wagon pickup",
    "airplane": "jet glider",
    "house": "hut cabin cottage home skyscraper shop",
    "castle": "fortress palace fort",
    "church": "chapel temple cathedral",
    "chair": "armchair throne seat",
    "wardrobe": "closet cabinet cupboard fridge",
    "chest": "suitcase trunk",
    "goblet": "glass",
    "cauldron": "pot kettle",
    "potion": "flask vial drink",
    "bottle": "jar jug",
    "gift": "package parcel",
    "hat": "beret bonnet",
    "boot": "shoe sneaker",
    "lamp": "light bulb",
    "lantern": "torch",
    "guitar": "violin lute banjo ukulele",
    "piano": "organ keyboard",
    "apple": "lemon cherry tomato peach",
    "watermelon": "melon",
    "cake": "pie cookie",
    "cupcake": "muffin",
    "bread": "toast baguette",
    "burger": "sandwich",
    "rock": "pebble meteor asteroid",
    "gem": "jewel ruby emerald sapphire",
    "copper": "bronze brass",
    "iron": "steel metal metallic rusty",
    "wooden": "timber oaken",
    "astronaut": "cosmonaut",
    "alien": "martian ufo",
    "wizard": "witch mage",
    "gravestone": "grave tomb",
    "statue": "monument",
    "ice": "frozen glass snowy",
    "stone": "granite concrete",
    "purple": "lavender magenta indigo",
    "teal": "cyan aqua",
    "beige": "cream tan",
    "tiny": "mini miniature minuscule wee",
    "big": "giant gigantic massive",
    "flower": "tulip daisy rose lily daffodil orchid",
}
# Kinds of kinds that count, and how many kinds a kind may have for its others to count.
DEEPEST = 4
WIDEST = 30
RAREST_SENSE = 2


def index(name):
    senses = {}
    for line in open(f"{FOLDER}/index.{name}"):
        if line.startswith(" "):
            continue
        fields = line.split()
        count = int(fields[2])
        senses[fields[0]] = fields[-count:]
    return senses


def synsets(name):
    found = {}
    for line in open(f"{FOLDER}/data.{name}"):
        if line.startswith(" "):
            continue
        head, gloss = line.split(" | ", 1)
        fields = head.split()
        count = int(fields[3], 16)
        words = [re.sub(r"\(.*\)", "", fields[4 + 2 * i]) for i in range(count)]
        at = 4 + 2 * count
        pointers = [tuple(fields[at + 1 + 4 * i : at + 4 + 4 * i]) for i in range(int(fields[at]))]
        found[fields[0]] = (words, pointers, gloss.strip())
    return found


def main():
    vocabulary = json.load(open(sys.argv[1]))
    known = set(vocabulary["words"])
    nouns, noun_sets = index("noun"), synsets("noun")
    adjectives, adjective_sets = index("adj"), synsets("adj")
    best = {}

    def offer(word, target, cost):
        if re.fullmatch(r"[a-z]{3,}", word) and word not in known and target in known and target != word:
            if word not in best or cost < best[word][0]:
                best[word] = (cost, target)

    def kinds(offset, pointer):
        return [other for symbol, other, part in noun_sets[offset][1] if symbol == pointer and part == "n"]

    def descend(offset, target, deepest):
        """Offers the synset's words and those of its kinds, deeper ones later."""
        level, seen = [offset], set()
        for depth in range(deepest + 1):
            following = []
            for current in level:
                if current in seen:
                    continue
                seen.add(current)
                for word in noun_sets[current][0]:
                    senses = nouns.get(word.lower(), [])
                    rank = senses.index(current) if current in senses else 9
                    if rank < RAREST_SENSE:
                        offer(word, target, depth + 2 * rank)
                following += kinds(current, "~")
            level = following
        return seen

    # One of what the toybox knows several of.
    for word in sorted(known):
        if word.endswith("s"):
            offer(word[:-1], word, -2)
    for target, words in OURS.items():
        for word in words.split():
            offer(word, target, -1)
    chosen = {}
    for shelf in vocabulary["nouns"]:
        for name in shelf:
            senses = nouns.get(name.replace(" ", "_"))
            if not senses:
                print(f"{name}: not in WordNet", file=sys.stderr)
                continue
            chosen[name] = senses[SENSES.get(name, 1) - 1]
            print(f"{name}: {noun_sets[chosen[name]][2][:90]}", file=sys.stderr)
            descend(chosen[name], name, DEEPEST)

    # What it is a kind of, and the other kinds of that.
    for name, offset in chosen.items():
        gloss = noun_sets[offset][2]
        for above in kinds(offset, "@"):
            sisters = kinds(above, "~")
            for current in [above, *sisters] if len(sisters) <= WIDEST else [above]:
                for word in noun_sets[current][0]:
                    senses = nouns.get(word.lower(), [])
                    if senses and senses[0] == current:
                        # Of several known nouns the one whose description names the word, then the first.
                        named = re.search(rf"\b{re.escape(word)}s?\b", gloss) or name in noun_sets[current][2].split()
                        offer(word, name, 20 - (5 if named else 0) - (1 if current == above else 0))
    for name, sense in COLOURS.items():
        descend(nouns[name][sense - 1], name, 3)
    for name, (target, sense) in SUBSTANCES.items():
        descend(nouns[name][sense - 1], target, 2)
    for name, target in ADJECTIVES.items():
        for offset in adjectives[name][:1]:
            words, pointers, _ = adjective_sets[offset]
            similar = [other for symbol, other, part in pointers if symbol == "&"]
            for current in [offset, *similar]:
                for word in adjective_sets[current][0]:
                    senses = adjectives.get(word.lower(), [])
                    if senses and senses[0] == current:
                        offer(word, target, 3)
    for word, (_, target) in sorted(best.items()):
        print(f"{word}\t{target}")


main()
