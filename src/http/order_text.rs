//! Why a rule of destruction says no, in English and in German. See [`super::text`].

use super::error::Code;
use super::text::Text;

/// Each row: the code, its title in English and in German, the sentence in English, the sentence in German.
macro_rules! texts {
    ($($code:ident: $title:literal, $titel:literal, $sentence:literal, $satz:literal;)+) => {
        /// The texts of a code, if it belongs to a rule of destruction.
        pub(super) fn text(code: Code) -> Option<Text> {
            match code {
                $(Code::$code => Some(Text { english: ($title, $sentence), german: ($titel, $satz) }),)+
                _ => None,
            }
        }
    };
}

texts! {
    DocumentDestroyed: "Document was destroyed", "Dokument ist vernichtet",
        "The document was destroyed and cannot be read any more; tombstone says when and by which order. Its receipt still exists.",
        "Das Dokument ist vernichtet und nicht mehr lesbar; tombstone sagt, wann und auf welchen Vernichtungsvorschlag hin. Seine Quittung \
         gibt es noch.";
    CaseDestroyed: "Case was destroyed", "Akte ist vernichtet",
        "The case was destroyed with everything in it; tombstone says when and by which order. Open another one under a new id if \
         something comes for it.",
        "Die Akte ist mit allem, was darin war, vernichtet; tombstone sagt, wann und auf welchen Vernichtungsvorschlag hin. Legen Sie eine \
         neue unter neuer Kennung an, wenn noch etwas dazu eingeht.";
    OrderUnknown: "No such order", "Kein solcher Vernichtungsvorschlag",
        "There is no such order of destruction in this vault; check its id.",
        "Den Vernichtungsvorschlag gibt es in diesem Mandanten nicht; pr\u{fc}fen Sie seine Kennung.";
    OrderItemsMalformed: "List of the order is wrong", "Liste des Vernichtungsvorschlags ist falsch",
        "An order has one item at least and 100,000 at most; name each of them once, and no part of a case beside the whole case. If \
         due_until was given, nothing is due by that day that nothing stops.",
        "Ein Vernichtungsvorschlag nennt mindestens einen und h\u{f6}chstens 100.000 Gegenst\u{e4}nde; nennen Sie jeden einmal, und neben \
         einer ganzen Akte keinen Teil von ihr. War due_until angegeben, ist bis zu diesem Tag nichts f\u{e4}llig, dem nichts \
         entgegensteht.";
    OrderItemUnknown: "Item of the order does not exist", "Gegenstand des Vorschlags gibt es nicht",
        "The order names a case, matter or document that does not exist; correct the list.",
        "Der Vernichtungsvorschlag nennt eine Akte, einen Vorgang oder ein Dokument, das es nicht gibt; berichtigen Sie die Liste.";
    OrderReferenceRequired: "Early destruction needs a reference", "Vorzeitige Vernichtung braucht ein Aktenzeichen",
        "Destroying before the period is over needs a reference, such as the file number of the request or of the judgment; add it.",
        "Wird vor Ablauf der Frist vernichtet, muss angegeben sein, worauf das beruht, etwa das Aktenzeichen des Antrags oder des Urteils; \
         erg\u{e4}nzen Sie reference.";
    OrdersFull: "Too many open orders", "Zu viele offene Vernichtungsvorschl\u{e4}ge",
        "A hundred orders are open already; approve or withdraw one of them first.",
        "Hundert Vernichtungsvorschl\u{e4}ge sind schon offen; geben Sie zuerst einen davon frei, oder ziehen Sie einen zur\u{fc}ck.";
    OrderNotProposed: "Order does not wait for approval", "Vorschlag wartet nicht auf Freigabe",
        "The order was approved or withdrawn already; look at its history.",
        "Der Vernichtungsvorschlag ist schon freigegeben oder zur\u{fc}ckgezogen; sehen Sie in seinem Verlauf nach.";
    OrderListDiffers: "Digest of another list", "Pr\u{fc}fsumme einer anderen Liste",
        "The digest is not that of the order's list; look at its items, and approve the digest that the order shows.",
        "Die Pr\u{fc}fsumme geh\u{f6}rt nicht zur Liste dieses Vernichtungsvorschlags; pr\u{fc}fen Sie die Liste, und geben Sie die \
         Pr\u{fc}fsumme frei, die der Vorschlag zeigt.";
    DeputyNotIndependent: "Deputies do not approve", "Freigabe nicht durch Vertretung",
        "One of the two persons deputises for the other; let somebody approve who is independent of the proposer.",
        "Eine der beiden Personen vertritt die andere; das Vier-Augen-Prinzip verlangt die Freigabe durch jemanden, der von der \
         vorschlagenden Person unabh\u{e4}ngig ist.";
    OrderOver: "Order cannot be stopped any more", "Vorschlag l\u{e4}sst sich nicht mehr zur\u{fc}ckziehen",
        "The order was withdrawn already, or every item of it was gone through; nothing is left to stop.",
        "Der Vernichtungsvorschlag ist schon zur\u{fc}ckgezogen oder ganz ausgef\u{fc}hrt; es gibt nichts mehr anzuhalten.";
    OrderNotApproved: "Order is not approved", "Vorschlag ist nicht freigegeben",
        "The order was not approved by a second person, or was withdrawn; nothing of it is destroyed.",
        "Der Vernichtungsvorschlag ist nicht von einer zweiten Person freigegeben, oder er ist zur\u{fc}ckgezogen; nichts davon wird \
         vernichtet.";
    OrderCoolingOff: "Order rests", "Ruhefrist l\u{e4}uft",
        "The order rests until its cooling-off is over by the protected clock; executable_from says when.",
        "Die Ruhefrist ist nach der gesch\u{fc}tzten Uhr noch nicht abgelaufen; executable_from sagt, ab wann ausgef\u{fc}hrt wird.";
    OrderStepOutOfTurn: "Step out of turn", "Schritt au\u{df}er der Reihe",
        "The step does not go through the next items of the order, each once; prepare it again.",
        "Der Schritt nimmt nicht die n\u{e4}chsten Gegenst\u{e4}nde des Vorschlags, jeden einmal; bereiten Sie ihn neu vor.";
    OrderItemProtected: "Item may not be destroyed", "Gegenstand darf nicht vernichtet werden",
        "An item of the step may not be destroyed, or is not what the step says; look at it again.",
        "Ein Gegenstand des Schritts darf nicht vernichtet werden oder ist nicht, was der Schritt angibt; pr\u{fc}fen Sie ihn erneut.";
    DestructionCapReached: "Enough for today", "Tagesgrenze erreicht",
        "No more may be destroyed in this vault today; the order goes on tomorrow by itself.",
        "Heute darf in diesem Mandanten nichts mehr vernichtet werden; der Vorschlag wird morgen von selbst weiter ausgef\u{fc}hrt.";
    OrderStepUnknown: "No such step", "Kein solcher Schritt",
        "The proof names a step that the order does not have, or whose keys are gone already; name the others.",
        "Der Nachweis nennt einen Schritt, den der Vorschlag nicht hat oder dessen Schl\u{fc}ssel schon vernichtet sind; nennen Sie die \
         \u{fc}brigen.";
    KeysNotDestroyed: "Keys are not destroyed", "Schl\u{fc}ssel sind nicht vernichtet",
        "The keys of the order are not destroyed yet, or its copies were named already; wait for the first stage of its certificate.",
        "Die Schl\u{fc}ssel des Vorschlags sind noch nicht vernichtet, oder seine Kopien sind schon genannt; warten Sie auf die erste Stufe \
         des Vernichtungsnachweises.";
    ReplayOfLiving: "Nothing to destroy again", "Nichts nachzuvollziehen",
        "What is to be replayed as destroyed is not in the database; look at what the restore has found.",
        "Was als vernichtet nachvollzogen werden soll, ist nicht in der Datenbank; pr\u{fc}fen Sie, was die Wiederherstellung gefunden hat.";
    DestructionRuleMalformed: "Cap or rest out of bounds", "Tagesgrenze oder Ruhefrist au\u{df}erhalb der Grenzen",
        "The cap is 1 to 1000 thousandths of the vault a day, the cooling-off 0 to 366 days; an approval rests at least as long as the \
         vault's rule says. Correct them.",
        "Die Tagesgrenze betr\u{e4}gt 1 bis 1000 Tausendstel des Mandanten, die Ruhefrist 0 bis 366 Tage; eine Freigabe ruht mindestens so \
         lange, wie die Regel des Mandanten verlangt. Berichtigen Sie die Angaben.";
    DestructionRuleNotOpen: "No open proposal of a rule", "Kein offener Regelvorschlag",
        "There is no such proposal of a rule of destruction, or it was adopted, rejected or replaced already; look at the rules.",
        "Den Vorschlag einer Vernichtungsregel gibt es nicht, oder er ist schon in Kraft gesetzt, abgelehnt oder ersetzt; sehen Sie bei den \
         Regeln nach.";
}
