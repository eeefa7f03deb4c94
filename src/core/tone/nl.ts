import type { ToneWords } from "./rules.ts";

export const nl: ToneWords = {
  level: {
    words: [
      "(?:\\d|¤+)(?:e|ste|de) (?:en laatste )?(?:herinnering|aanmaning|betalingsherinnering|brief|rappel|ingebrekestelling)",
      "(?:eerste|tweede|derde|vierde) (?:en laatste )?(?:herinnering|aanmaning|betalingsherinnering|brief|rappel|ingebrekestelling)",
      "(?:herinnering|aanmaning|betalingsherinnering|rappel)(?: nr\\.?| nummer)? ?\\d{1,2}(?: ?(?:/|van) ?\\d{1,2})?(?!\\d)",
      "niveau \\d",
      "stap \\d",
      "scenario",
      "automatisch (?:bericht|gegenereerd\\p{L}*)",
    ],
    better: "een titel zonder nummer: “uw rekening op {{date}}”",
  },
  duty: {
    words: [
      "moet(?:en|st|sten)?",
      "dien(?:t|en) u",
      "u dient",
      "(?:bent|was) u? ?verplicht",
      "verplicht (?:om )?te betalen",
      "eis(?:en|t)?",
      "door u verschuldigd\\p{L}*",
    ],
    better: "“wij vragen u … te betalen”, “plan de overschrijving in”",
  },
  why: {
    words: ["waarom", "om welke reden", "hoe komt het dat"],
    better: "“hoe staat het met deze betaling?”, “op welke datum is ze gepland?”",
  },
  blame: {
    words: [
      "(?:heeft u|hebt u) (?:onze factuur |deze factuur )?(?:wel |misschien )?(?:niet )?(?:goed )?ontvangen",
      "(?:heeft|hebt) u (?:onze|deze|de) factuur",
      "behoudens vergissing",
      "(?:vergissing|fout) van onze kant",
      "naar wens",
      "tevreden",
      "(?:sorry|spijt (?:het )?ons)",
      "excus(?:es|eren)",
      "verontschuldig\\p{L}*",
      "factuur (?:is )?verloren",
    ],
    better: "alleen het feit: “factuur …, vervallen op …, staat nog open”",
  },
  court: {
    words: [
      "(?:gerechts)?deurwaarders?",
      "beslag(?:legging|name)?",
      "sommatie",
      "sommer(?:en|t)",
      "pro justitia",
      "dagvaarding(?:en)?",
      "dwangbevel",
      "uitvoerbare titel",
      "vonnis",
      "strafrechtelijk\\p{L}*",
      "strafklacht",
      "in naam van de wet",
    ],
    better:
      "“wij behouden ons het recht voor om een gerechtelijke procedure te starten”, en alleen in de ingebrekestelling",
  },
  insult: {
    words: [
      "kwade trouw",
      "oneerlijk\\p{L}*",
      "schand\\p{L}*",
      "onaanvaardbaar",
      "ontoelaatbaar",
      "onverantwoord\\p{L}*",
      "nalatig\\p{L}*",
      "wanbetalers?",
      "u weigert",
      "uw weigering",
    ],
    better: "het feit en de datum: “tot vandaag hebben wij de betaling niet ontvangen”",
  },
  trouble: {
    words: [
      "onbetaald",
      "achterstallig\\p{L}*",
      "achterstand",
      "te laat",
      "(?:aan)?maning(?:en)?",
      "bij gebreke",
      "laatste (?:herinnering|bericht|verzoek)",
      "vervallen facturen",
    ],
    better: "“vervalt op …”, “is alles naar wens verlopen?”",
  },
  measures: {
    words: ["maatregelen", "(?:andere|verdere) stappen"],
    better: "“op welke datum is uw betaling gepland?”",
  },
  threats: {
    formal: {
      words: ["ingebrekestelling(?:en)?", "in gebreke"],
      better: "“wij nemen opnieuw contact met u op”",
    },
    court: {
      words: [
        "gerechtelijk\\p{L}*",
        "rechtbank",
        "rechter",
        "advoca(?:at|ten)",
        "juridische (?:stappen|procedure)",
      ],
      better: "“laten we er vóór die datum over praten”",
    },
    agency: {
      words: ["incasso\\p{L}*", "invordering\\p{L}*", "externe partner"],
      better: "“laten we er vóór die datum over praten”",
    },
    charges: {
      words: [
        "(?:verwijl|nalatigheids|vertragings)?(?:rente|intrest|interest)(?:en)?",
        "(?:nalatigheids|verwijl)interest(?:en)?",
        "schadevergoeding",
        "schadebeding",
        "(?:forfaitaire )?vergoeding",
        "(?<!(?:zonder|geen|onze) )(?:incasso|aanmanings|herinnerings|administratie|extra )?kosten",
        "boete",
      ],
      better: "alleen de hoofdsom, of kosten die in dunning.yaml geregeld zijn",
    },
    stop: {
      words: [
        "(?:levering(?:en)?|bestelling(?:en)?|dienst(?:en)?|dienstverlening|werken)(?: \\p{L}+){0,4} (?:stop|opschort|schorten|blokke|onderbre)\\p{L}*",
        "(?:stop|opschort|blokke|onderbre)\\p{L}*(?: \\p{L}+){0,3} (?:levering(?:en)?|bestelling(?:en)?|dienst(?:en)?|dienstverlening|werken)",
      ],
      better: "“laten we er vóór die datum over praten”",
    },
  },
  says: {
    formal: {
      words: ["ingebrekestelling", "in gebreke"],
      better: "“Deze brief geldt als ingebrekestelling.”",
    },
    consequence: {
      words: ["bij gebreke", "zonder (?:volledige )?betaling", "zo niet"],
      better: "“Bij gebreke van volledige betaling binnen deze termijn behouden wij ons het recht voor…”",
    },
    last: {
      words: ["laatste"],
      better: "“ons laatste minnelijke verzoek voordat wij andere stappen zetten”",
    },
  },
};
