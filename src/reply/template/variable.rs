//! The variables a template may name: the one table of their names, labels and examples.

/// What may stand in a value that is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Any words.
    Words,
    /// An amount in the order's currency.
    Amount,
    /// A day.
    Day,
    /// An order number.
    Order,
    /// A tracking number.
    Tracking,
}

impl Variable {
    /// What may stand in it.
    #[must_use]
    pub const fn sort(self) -> Sort {
        match self {
            Self::OrderTotal | Self::PartialRefund | Self::FullRefund | Self::Refunded => Sort::Amount,
            Self::OrderDate | Self::ShipDate | Self::DeliveryDate | Self::AnswerDate => Sort::Day,
            Self::OrderId => Sort::Order,
            Self::Tracking | Self::NewTracking => Sort::Tracking,
            _ => Sort::Words,
        }
    }
}

macro_rules! variables {
    ($($(#[$doc:meta])* $value:ident = $name:literal, $en:literal, $zh:literal, $example:literal;)+) => {
        /// A value a template may ask for. Those of the case are filled by [`super::values()`]; the others are typed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Variable { $($(#[$doc])* $value),+ }

        impl Variable {
            /// Every variable, in the order in which they are asked for.
            pub const ALL: &'static [Self] = &[$(Self::$value),+];

            /// The name in a template: `order_id`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$value => $name),+ }
            }

            /// What the prompt says: English, Chinese.
            #[must_use]
            pub const fn label(self) -> [&'static str; 2] {
                match self { $(Self::$value => [$en, $zh]),+ }
            }

            /// A value as somebody would type it.
            #[must_use]
            pub const fn example(self) -> &'static str {
                match self { $(Self::$value => $example),+ }
            }

            /// The variable of a name, or `None` for any other text.
            #[must_use]
            pub fn parse(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$value),)+ _ => None }
            }
        }
    };
}

variables! {
    /// How to greet the buyer; from the mail, optional everywhere.
    BuyerName = "buyer_name", "buyer's name", "买家姓名", "Ann Lee";
    /// The order; from the case.
    OrderId = "order_id", "order number", "订单号", "111-1000001-1000009";
    /// The article in a few words; from the order, where it is one article.
    Item = "item", "article", "商品简称", "LED desk lamp";
    /// The day the order was placed; from the order.
    OrderDate = "order_date", "order date", "下单日期", "12 October 2026";
    /// What the buyer paid; from the order.
    OrderTotal = "order_total", "order total", "订单金额", "$39.98";
    /// Amount of the newest standing partial refund; from the offers.
    PartialRefund = "partial_refund", "partial refund", "部分退款金额", "$8.00";
    /// Amount of the newest standing full refund or cancellation; from the offers.
    FullRefund = "full_refund", "full refund", "全额退款金额", "$39.98";
    /// What was paid back already, the newest refund carried out; from the offers, optional everywhere.
    Refunded = "refunded", "amount already refunded", "已退金额", "$39.98";
    /// Carrier of the parcel the complaint is about; typed.
    Carrier = "carrier", "carrier", "承运商", "DHL";
    /// Tracking number of the parcel the complaint is about; typed.
    Tracking = "tracking", "tracking number", "物流单号", "00340434161094042557";
    /// The day that parcel left; typed.
    ShipDate = "ship_date", "ship date", "发货日期", "13 October 2026";
    /// The day it arrives or arrived; typed.
    DeliveryDate = "delivery_date", "delivery date", "送达日期", "16 October 2026";
    /// Carrier of the replacement; from the newest standing reshipment.
    NewCarrier = "new_carrier", "carrier of the replacement", "补发承运商", "DHL";
    /// Tracking number of the replacement; from the newest standing reshipment.
    NewTracking = "new_tracking", "tracking number of the replacement", "补发物流单号", "00340434161094042557";
    /// By when we write again; two working days from now unless typed.
    AnswerDate = "answer_date", "date of our next answer", "下次答复日期", "16 October 2026";
    /// The after-sales policy of the article; from the SKU notes.
    SkuPolicy = "sku_policy", "after-sales policy", "售后政策", "free replacement within 24 months";
    /// What is known to go wrong with the article; from the SKU notes.
    KnownProblem = "known_problem", "known problem", "已知问题", "needs 20 minutes to charge before first use";
    /// The name under the reply; from the settings, optional everywhere.
    StoreName = "store_name", "name of the shop", "店铺名", "Lumina";
}
