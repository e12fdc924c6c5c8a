def test_weights():
    assert True
