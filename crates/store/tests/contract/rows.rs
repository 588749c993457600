//! Rows as the engine keeps them, for tests that compare what stood before with what stands after.

use uuid::Uuid;

use crate::ground::Ground;
use crate::story::literal;
use naheya_store::Location;

/// Tables with a column that says whose a row is, asked for all at once: a question for each would take minutes.
pub struct Around<'a> {
    ground: &'a Ground,
    selects: Vec<(String, String, &'static str)>,
}

impl<'a> Around<'a> {
    /// The columns of these tables, all but those that count and date changes.
    pub async fn of(ground: &'a Ground, tables: &[(&'static str, &'static str)]) -> Around<'a> {
        let sqlite = matches!(ground.location, Location::Folder(_));
        let one = |(table, _): &(&str, &str)| {
            if sqlite {
                format!("SELECT '{table}.' || name FROM pragma_table_info('{table}')")
            } else {
                format!(
                    "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_name = '{table}' AND table_schema = current_schema()"
                )
            }
        };
        let columns = tables.iter().map(one).collect::<Vec<_>>().join(" UNION ");
        let columns = ground.texts(&format!("{columns} ORDER BY 1")).await;
        let selects = tables.iter().map(|(table, whose)| {
            let of = columns.iter().filter_map(|line| line.strip_prefix(table)?.strip_prefix('.'));
            let of = of.filter(|name| !["version", "updated_at"].contains(name));
            let text = |name| if sqlite { format!("quote({name})") } else { format!("coalesce({name}::text, '-')") };
            let row = of.map(text).collect::<Vec<_>>().join(" || '|' || ");
            ((*table).to_owned(), row, *whose)
        });
        Around { ground, selects: selects.collect() }
    }

    /// Every row of these.
    pub async fn rows(&self, whose: &[Uuid]) -> Vec<String> {
        let ids: Vec<String> = whose.iter().map(|id| literal(self.ground, *id)).collect();
        let ids = ids.join(", ");
        let one = |(table, row, whose): &(String, String, &str)| {
            format!("SELECT '{table}: ' || {row} FROM {table} WHERE {whose} IN ({ids})")
        };
        let all = self.selects.iter().map(one).collect::<Vec<_>>().join(" UNION ALL ");
        self.ground.texts(&format!("{all} ORDER BY 1")).await
    }
}

/// Numbers from a seed.
pub struct Lot(pub u64);

impl Lot {
    /// One of the numbers below `most`.
    pub fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most.max(1)
    }
}
