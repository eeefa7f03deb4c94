import type { ToneWords } from "./rules.ts";

export const fr: ToneWords = {
  level: {
    words: [
      "(?:\\d|¤+)(?:re|ère|er|e|ème|nde?) (?:et dernière? )?(?:relance|rappel|lettre|avis|courrier|mise en demeure)",
      "(?:premi[eè]re?|deuxième|seconde?|troisième|quatrième) (?:et derni(?:er|ère) )?(?:relance|rappel|lettre|avis|courrier|mise en demeure)",
      "(?:relance|rappel|lettre|avis)(?: n°| no| numéro)? ?\\d{1,2}(?: ?(?:/|sur) ?\\d{1,2})?(?!\\d)",
      "niveau(?: de relance)? \\d",
      "niveau de relance",
      "étape \\d",
      "scénario",
      "(?:message|courrier|relance) automatique",
      "généré automatiquement",
    ],
    better: "un titre sans numéro : « votre compte au {{date}} »",
  },
  duty: {
    words: [
      "dev(?:ez|iez|riez|rez|rons|ons|ra|rait|raient|ront|oir)",
      "doi(?:t|s|vent)",
      "dus?e?s? par vous",
      "dûe?s? par vous",
      "(?:êtes|étiez|serez) (?:tenue?s?|obligée?s?|contrainte?s?)",
      "(?:il vous faut|il faut que vous)",
      "exig(?:eons|er|eant|ence)",
      "(?:payez|réglez)(?:[- ]nous)? (?:immédiatement|sur-le-champ|tout de suite|sans attendre)",
    ],
    better: "« nous vous demandons de régler… », « merci de programmer le virement »",
  },
  why: {
    words: ["pourquoi", "pour quelles? raisons?", "comment se fait-il"],
    better: "« où en est ce règlement ? », « à quelle date est-il prévu ? »",
  },
  blame: {
    words: [
      "(?:n'avez-vous pas|n'auriez-vous pas|avez-vous)(?: bien| peut-être)? reçu",
      "sauf erreur(?: ou omission)?",
      "(?:oubli|erreur) de notre part",
      "(?:in)?satisfaite?s?",
      "tout s'est-il bien passé",
      "(?:désolée?s?|navrée?s?) de vous",
      "excusez-(?:nous|moi)",
      "(?:nous nous|je m') ?excus(?:ons|e)",
      "(?:nous|me) excuser",
      "facture (?:s'est|a été|ait été) (?:perdue|égarée)",
    ],
    better: "le fait seul : « la facture …, échue le …, reste à régler »",
  },
  court: {
    words: [
      "huissiers?",
      "commissaires? de justice",
      "(?<!erreurs? de )saisies?(?:-\\p{L}+)?",
      "sais(?:ir|irons|issons|ira|iront) (?:vos|votre) (?:biens|comptes?|meubles|mobilier|matériel|véhicules?|salaires?|stocks?|patrimoine)",
      "sommations?",
      "pro justitia",
      "poursuites?(?: pénales)?",
      "plainte(?: pénale)?",
      "assignations?",
      "commandements? de payer",
      "titre exécutoire",
      "exécution forcée",
      "au nom de la loi",
      "(?:fich|inscri|signal)\\p{L}*(?: \\p{L}+){0,3} banque de france",
      "jugements?",
    ],
    better:
      "« nous nous réservons le droit d’engager une procédure judiciaire », et seulement dans la mise en demeure",
  },
  insult: {
    words: [
      "mauvaise foi",
      "malhonnêt\\p{L}*",
      "hont(?:e|eux|euse)",
      "scandal\\p{L}*",
      "inadmissible",
      "inacceptable",
      "intolérable",
      "irresponsable",
      "négligen\\p{L}*",
      "mauvais payeurs?",
      "(?:vous refusez|votre refus)",
    ],
    better: "le fait et la date : « à ce jour, le règlement ne nous est pas parvenu »",
  },
  trouble: {
    words: [
      "impayée?s?",
      "retards?",
      "derni(?:er|ère) (?:avis|rappel|démarche)",
      "relances?",
      "à défaut de",
      "faute de (?:paiement|règlement)",
      "échue?s?",
    ],
    better: "« arrive à échéance le … », « tout s’est-il bien passé ? »",
  },
  measures: {
    words: ["mesures", "démarches supplémentaires", "suites à donner"],
    better: "« à quelle date votre virement est-il prévu ? »",
  },
  threats: {
    formal: {
      words: ["mises? en demeure", "met(?:tons|trons) en demeure"],
      better: "« nous vous recontacterons »",
    },
    court: {
      words: [
        "judiciaires?",
        "tribuna(?:l|ux)",
        "en justice",
        "contentieu(?:x|se)",
        "avocats?",
        "injonction de payer",
      ],
      better: "« parlons-en avant cette date »",
    },
    agency: {
      words: [
        "(?:société|cabinet|organisme|agence)s? de recouvrement",
        "recouvrement",
        "partenaire extérieur",
      ],
      better: "« parlons-en avant cette date »",
    },
    charges: {
      words: [
        "pénalités?",
        "intérêts?(?: de retard| moratoires)?",
        "indemnités?(?: forfaitaires?)?",
        "(?<!(?:sans|aux?|nos|à vos) )frais(?: (?:de|d') ?\\p{L}+)?",
        "majorations?",
        "clause pénale",
      ],
      better: "le principal seul, ou des frais réglés dans dunning.yaml",
    },
    stop: {
      words: [
        "(?:suspend|suspens|bloqu|bloc|arrêt|interromp|interrup)\\p{L}*(?: \\p{L}+){0,3} (?:livraisons?|commandes?|prestations?|services?|travaux)",
      ],
      better: "« parlons-en avant cette date »",
    },
  },
  says: {
    formal: {
      words: ["mise en demeure", "mettons en demeure"],
      better: "« La présente vaut mise en demeure. »",
    },
    consequence: {
      words: ["à défaut", "faute de", "sans (?:paiement|règlement)"],
      better: "« À défaut de paiement intégral dans ce délai, nous nous réservons le droit… »",
    },
    last: {
      words: ["derni(?:er|ère)"],
      better: "« notre dernière démarche amiable avant d’autres mesures »",
    },
  },
};
