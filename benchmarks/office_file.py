"""One office in a SQLite file that is built once; what only reads may use it as it stands, what writes takes a copy."""

from pathlib import Path

from benchmarks import kept, stage


def office_file(items: int) -> Path:
    """Return the file of an office with so many items; one of older tables makes room."""
    stage.KEPT.mkdir(exist_ok=True)
    path = stage.KEPT / f"office-{items}-{kept.fingerprint()}.sqlite3"
    if not path.exists():
        for older in stage.KEPT.glob(f"office-{items}-*.sqlite3"):
            stage.remove_sqlite(older)
        halfway = path.with_suffix(".halfway")
        stage.remove_sqlite(halfway)
        stage.measured("benchmarks.office_filling", str(items), databases={"sqlite": f"sqlite:///{halfway}"})
        halfway.rename(path)
    return path
