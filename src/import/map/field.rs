//! What a column of a mapped table may mean, and the header words that suggest it.

use serde::Deserialize;

/// What a column of a mapped table means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The order: the one column that is needed.
    OrderId,
    /// Day of the complaint.
    Date,
    /// The seller's SKU.
    Sku,
    /// ASIN.
    Asin,
    /// The buyer.
    Buyer,
    /// A reason code or its display text.
    Reason,
    /// Free text.
    Comment,
    /// Amount claimed.
    Amount,
    /// Currency of the amount.
    Currency,
    /// Status; what is settled is told by its words.
    Status,
    /// Decision of a claim.
    Decision,
    /// Stars of a feedback, 1 to 5.
    Rating,
    /// Kind of complaint.
    Kind,
    /// Channel, where rows differ.
    Channel,
    /// Marketplace, where rows differ.
    Marketplace,
}

impl Field {
    /// Every field with its word in the map and header words that suggest it, in the order of guessing.
    pub(in crate::import) const GUESSES: &'static [(Self, &'static str, &'static [&'static str])] = &[
        (
            Self::OrderId,
            "order_id",
            &[
                "orderid",
                "ordernumber",
                "bestellnummer",
                "numérodecommande",
                "numeroordine",
                "númerodepedido",
                "numerodipedido",
                "注文番号",
                "订单编号",
                "订单号",
            ],
        ),
        (
            Self::Date,
            "date",
            &[
                "claimdate",
                "requestdate",
                "returndate",
                "opendate",
                "fileddate",
                "orderdate",
                "date",
                "datum",
                "fecha",
                "data",
                "日付",
                "日期",
            ],
        ),
        (Self::Sku, "sku", &["sku"]),
        (Self::Asin, "asin", &["asin"]),
        (
            Self::Buyer,
            "buyer",
            &[
                "buyername",
                "buyer",
                "customername",
                "customer",
                "käufer",
                "acheteur",
                "comprador",
                "acquirente",
                "購入者",
                "买家",
            ],
        ),
        (Self::Reason, "reason", &["reason", "grund", "motif", "motivo", "理由", "原因"]),
        (
            Self::Comment,
            "comment",
            &[
                "comment",
                "message",
                "kommentar",
                "commentaire",
                "comentario",
                "commento",
                "コメント",
                "评论",
                "备注",
            ],
        ),
        (Self::Amount, "amount", &["amount", "betrag", "montant", "importe", "importo", "金額", "金额"]),
        (
            Self::Currency,
            "currency",
            &["currency", "währung", "devise", "divisa", "valuta", "通貨", "货币", "币种"],
        ),
        (
            Self::Decision,
            "decision",
            &["decision", "entscheidung", "décision", "outcome", "resolution", "結果", "裁决"],
        ),
        (
            Self::Rating,
            "rating",
            &[
                "rating",
                "stars",
                "bewertung",
                "sterne",
                "note",
                "étoiles",
                "valoración",
                "valutazione",
                "stelle",
                "評価",
                "评分",
                "星级",
            ],
        ),
        (Self::Status, "status", &["status", "state", "statut", "stato", "estado", "ステータス", "状态"]),
        (Self::Marketplace, "marketplace", &["marketplace", "saleschannel", "marktplatz"]),
        (Self::Kind, "kind", &[]),
        (Self::Channel, "channel", &[]),
    ];

    /// The field's word in a map.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::GUESSES.iter().find(|(field, _, _)| *field == self).map_or("", |(_, word, _)| word)
    }
}
