"""Makes the tokenizer fixtures: a small byte-pair vocabulary in CLIP's format, and what transformers' CLIPTokenizer does with it.

Run with torch-free Python that has transformers and tokenizers: python make_tokenizer.py
Writes tokenizer/{vocab.json, merges.txt, bpe_simple_vocab_16e6.txt.gz, expected.json} beside this script.
"""

import collections
import gzip
import json
import pathlib

from transformers import CLIPTokenizer

HERE = pathlib.Path(__file__).parent / "tokenizer"
HERE.mkdir(exist_ok=True)

CORPUS = """a photo of a red square on a striped background . a small blue circle and a large green triangle .
the dog's toys aren't here , they've been moved . a picture of the number seven . two cats are sitting on the sofa .
a drawing of a house with a red roof , a painting of the sea in the evening . we'll see what they're doing .
photographs of flowers in the garden , photos of trees and triangles and circles and squares""".split()
MERGES = 260


def bytes_to_unicode():
    printable = list(range(0x21, 0x7F)) + list(range(0xA1, 0xAD)) + list(range(0xAE, 0x100))
    others = [b for b in range(256) if b not in printable]
    return dict(zip(printable + others, [chr(b) for b in printable] + [chr(256 + n) for n in range(len(others))]))


letters = bytes_to_unicode()
words = collections.Counter()
for word in CORPUS:
    spelled = [letters[b] for b in word.encode()]
    spelled[-1] += "</w>"
    words[tuple(spelled)] += 1
merges = []
while len(merges) < MERGES:
    pairs = collections.Counter()
    for word, count in words.items():
        for pair in zip(word, word[1:]):
            pairs[pair] += count
    if not pairs:
        break
    best = max(pairs, key=lambda pair: (pairs[pair], pair))
    merges.append(best)
    merged = collections.Counter()
    for word, count in words.items():
        out, i = [], 0
        while i < len(word):
            if i + 1 < len(word) and (word[i], word[i + 1]) == best:
                out.append(word[i] + word[i + 1])
                i += 2
            else:
                out.append(word[i])
                i += 1
        merged[tuple(out)] += count
    words = merged

alphabet = list(letters.values())
symbols = alphabet + [letter + "</w>" for letter in alphabet] + ["".join(pair) for pair in merges]
symbols += ["<|startoftext|>", "<|endoftext|>"]
vocabulary = {symbol: number for number, symbol in enumerate(symbols)}
lines = [" ".join(pair) for pair in merges]
(HERE / "vocab.json").write_text(json.dumps(vocabulary))
(HERE / "merges.txt").write_text("#version: 0.2\n" + "\n".join(lines) + "\n")
with open(HERE / "bpe_simple_vocab_16e6.txt.gz", "wb") as raw:
    with gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as file:
        file.write(('"bpe_simple_vocab_16e6.txt#version: 0.2\n' + "\n".join(lines) + "\n").encode())

tokenizer = CLIPTokenizer(vocab=vocabulary, merges=[tuple(pair) for pair in merges])
TEXTS = [
    "a photo of a red square",
    "A  PHOTO\tof\n a Red   Square.  ",
    "the dog's toys aren't here, they've been moved; we'll see what I'm doing, he'd say they're here",
    "'stop' ''s !'s don''t 'LL",
    "seven 7 77 1,234.5 ½ ² Ⅷ",
    "naïve café — Übergröße, ÅNGSTRÖM İstanbul",
    "nai\u0308ve cafe\u0301",
    "日本語のテキスト 🙂🙂!? привет",
    "",
    "   ",
    "...!!!???<|endoftext|>more<|startoftext|>",
    "squares_and-circles/triangles\\photos",
    "a\u00a0b\u2003c\u3000d",
    "of the sea in the evening " * 12,
]
CONTEXT = 32
expected = []
for text in TEXTS:
    plain = tokenizer(text)["input_ids"]
    cut = tokenizer(text, truncation=True, max_length=CONTEXT)["input_ids"]
    expected.append({"text": text, "ids": plain, "cut": cut})
(HERE / "expected.json").write_text(
    json.dumps({"context": CONTEXT, "vocabulary": len(vocabulary), "cases": expected}, ensure_ascii=True, indent=0))
print(len(merges), "merges,", len(vocabulary), "symbols")
