/* The order of search results: functions and classes, then the pages for a first reading, then the rest.
   Words of long lists (the catalogue, tables, timings) count least; a hit in a title counts in full. */
"use strict";

var Scorer = {
  score: (result) => {
    const [page, , , about, score, , kind] = result;
    if (kind === "object") return /\b(function|class|module|exception)\b/.test(about) ? 3 * score : score;
    if (/^(tutorials\/|quickstart$|question$|finder$)/.test(page)) return 3 * score;
    if (kind !== "text") return 2 * score;
    if (/^(catalogue|tables|benchmarks|bibliography|contributing|api|gallery)$/.test(page)) return score / 2;
    return score;
  },

  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
