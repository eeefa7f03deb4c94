import type { ToneWords } from "./rules.ts";

export const en: ToneWords = {
  level: {
    words: [
      "(?:\\d|¤+)(?:st|nd|rd|th) (?:and final )?(?:reminder|notice|letter|demand)",
      "(?:first|second|third|fourth) (?:and final )?(?:reminder|notice|letter|demand)",
      "(?:reminder|notice|letter)(?: no\\.?| number)? ?\\d{1,2}(?: ?(?:/|of) ?\\d{1,2})?(?!\\d)",
      "level \\d",
      "step \\d",
      "stage \\d",
      "dunning",
      "automat(?:ic|ed|ically)(?: \\p{L}+)? (?:message|reminder|generated)",
      "automatically generated",
    ],
    better: "a title without a number: “your account on {{date}}”",
  },
  duty: {
    words: [
      "must",
      "ought to",
      "(?:you|you'll) (?:have to|need to|are obliged|are required|should|shall)",
      "you owe(?: us)?",
      "owed by you",
      "(?:we )?demand(?: that)?",
      "require you to",
    ],
    better: "“we ask you to pay …”, “please schedule the transfer”",
  },
  why: {
    words: ["why", "for what reason", "how come"],
    better: "“where does this payment stand?”, “on which date is it planned?”",
  },
  blame: {
    words: [
      "(?:did|have|haven't|didn't) you (?:not )?(?:receive|get|got|received)",
      "may not have (?:received|reached)",
      "(?:mistake|error|oversight) on our (?:part|side)",
      "errors? and omissions? excepted",
      "(?:dis|un)?satisfied",
      "as you expected",
      "sorry (?:to|for)",
      "apolog(?:ies|ise|ize|y)",
      "invoice (?:was|got|been) lost",
    ],
    better: "the fact alone: “invoice …, due on …, is still open”",
  },
  court: {
    words: [
      "bailiffs?",
      "(?:enforcement|sheriff)s? (?:agents?|officers?)",
      "seizures?",
      "seize",
      "attachment of (?:earnings|assets)",
      "summons",
      "writs?",
      "subpoena",
      "pro justitia",
      "prosecut(?:e|ed|ion)",
      "criminal(?: \\p{L}+)?",
      "judge?ments?",
      "statutory demand",
      "county court claim form",
    ],
    better: "“we reserve the right to begin court proceedings”, and only in the formal notice",
  },
  insult: {
    words: [
      "bad faith",
      "dishonest\\p{L}*",
      "sham(?:e|eful)",
      "scandal\\p{L}*",
      "unacceptable",
      "intolerable",
      "irresponsible",
      "negligen\\p{L}*",
      "bad payers?",
      "you refuse",
      "your refusal",
    ],
    better: "the fact and the date: “to date, the payment has not reached us”",
  },
  trouble: {
    words: [
      "unpaid",
      "overdue",
      "late",
      "arrears",
      "final (?:reminder|request|notice)",
      "reminders?",
      "failing",
      "default",
    ],
    better: "“falls due on …”, “was everything as you expected?”",
  },
  measures: {
    words: ["measures", "further (?:action|steps)"],
    better: "“on which date is your payment planned?”",
  },
  threats: {
    formal: {
      words: ["formal notice", "letter before (?:action|claim)"],
      better: "“we will contact you again”",
    },
    court: {
      words: [
        "courts?",
        "legal (?:action|proceedings|steps)",
        "lawyers?",
        "solicitors?",
        "litigation",
        "sue",
      ],
      better: "“let us talk before that date”",
    },
    agency: {
      words: ["collection agenc(?:y|ies)", "debt collect(?:ors?|ion)", "outside partner"],
      better: "“let us talk before that date”",
    },
    charges: {
      words: [
        "(?:late payment |statutory )?interest",
        "(?<!(?:no|our) )(?:late )?fees?",
        "(?<!(?:no|our|at no) )(?:extra |additional )?(?:costs|charges)",
        "(?:will|shall|must|to|'ll) charge",
        "penalt(?:y|ies)",
        "compensation",
        "(?:collection|recovery) costs?",
        "surcharges?",
      ],
      better: "the principal alone, or charges that are set in dunning.yaml",
    },
    stop: {
      words: [
        "(?:stop|suspend|withhold|block|interrupt)\\p{L}*(?: \\p{L}+){0,3} (?:deliver(?:y|ies)|orders?|services?|supplies|work)",
      ],
      better: "“let us talk before that date”",
    },
  },
  says: {
    formal: { words: ["formal notice"], better: "“This is a formal notice.”" },
    consequence: {
      words: ["failing", "without (?:full )?payment", "if (?:we do not|payment is not|full payment)"],
      better: "“Failing full payment within this time, we reserve the right…”",
    },
    last: { words: ["last", "final"], better: "“our last amicable request before further measures”" },
  },
};
