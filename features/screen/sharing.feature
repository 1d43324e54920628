Feature: Screen sharing
  A representative asks, the customer answers, and the picture of the customer's screen comes or does not.

  Background:
    Given the site "acme"
    And Alex is signed in to the desktop console
    And Carla is a customer with a Windows PC on fibre
    And Carla is in session with Alex

  @SCR-01
  Scenario: Play asks the customer for view and control
    When Alex opens screen sharing in Carla's session
    Then Alex waits for an answer about screen sharing in Carla's session
    And Carla is asked whether Alex may use screen sharing
    And for 5 seconds Alex sees nothing of Carla's screen

  @SCR-02
  Scenario: A customer who says yes is seen, to the pixel
    Given the "form" is open on Carla's device
    When Alex opens screen sharing in Carla's session
    And Carla allows screen sharing
    Then Alex can use screen sharing in Carla's session
    And Alex sees Carla's screen to the pixel

  @SCR-02 @AND-08
  Scenario Outline: <machine> is seen, to the pixel
    Given Dana is a customer with <machine> on fibre
    And Dana is in session with Alex
    And the "form" is open on Dana's device
    And Alex has screen sharing open in Dana's session
    Then Alex sees Dana's screen to the pixel

    Examples:
      | machine           |
      | a Windows PC      |
      | a Linux PC        |
      | a Mac             |
      | an Android phone  |
      | an Android tablet |
      | a Zebra handheld  |
      | an iPhone         |

  @SCR-01 @SCR-02
  Scenario: A yes for the session answers everybody who has asked
    Given Blair is signed in to the desktop console
    And Dana is a customer with a Windows PC on fibre
    And Dana is in session with Alex and Blair
    When Alex opens screen sharing in Dana's session
    And Blair opens screen sharing in Dana's session
    Then Dana is asked whether Alex may use screen sharing
    And Dana is asked whether Blair may use screen sharing
    When Dana allows screen sharing
    Then Alex can use screen sharing in Dana's session
    And Blair can use screen sharing in Dana's session
    And Dana is no longer asked anything

  @SCR-02
  Scenario: Mouse and keyboard reach the customer's machine
    Given the "form" is open on Carla's device
    And Alex has screen sharing open in Carla's session
    When Alex clicks "Name" on Carla's screen
    And Alex types "Carla Jones" on Carla's screen
    And Alex clicks "Save" on Carla's screen
    Then the field "Name" on Carla's device reads "Carla Jones"
    And the button "Save" was pressed on Carla's device
    And Alex sees Carla's screen to the pixel

  @SCR-02
  Scenario: A customer who allows to look only is seen and not touched
    Given the "form" is open on Carla's device
    When Alex opens screen sharing in Carla's session
    And Carla allows screen sharing, view only
    Then Alex can use screen sharing, view only, in Carla's session
    And Alex sees Carla's screen to the pixel
    When Alex tries to click "Save" on Carla's screen
    Then Alex is told "expected control of the screen, found that it is view only"
    And the button "Save" is never pressed on Carla's device

  @SCR-03
  Scenario: A customer who says no is not seen
    When Alex opens screen sharing in Carla's session
    And Carla declines screen sharing
    Then Alex reads that screen sharing is refused in Carla's session: "the customer declined"
    And Carla sees that nobody uses screen sharing
    And for 5 seconds Alex sees nothing of Carla's screen

  @SCR-03
  Scenario: A customer who does not answer is not seen
    When Alex opens screen sharing in Carla's session
    And 31 seconds pass
    Then Alex reads that screen sharing is refused in Carla's session: "the customer did not answer"
    And Carla is no longer asked anything
    And for 5 seconds Alex sees nothing of Carla's screen

  @SCR-04
  Scenario: Sharing stops, and the session goes on
    Given Alex has screen sharing open in Carla's session
    And Alex sees Carla's screen
    When Alex closes screen sharing in Carla's session
    Then screen sharing is closed for Alex in Carla's session
    And Carla sees that nobody uses screen sharing
    And for 5 seconds Alex sees nothing of Carla's screen
    When Carla writes "Are you still there?"
    Then Alex reads "Are you still there?" from Carla

  @SCR-04
  Scenario: A customer takes the screen back
    Given Alex has screen sharing open in Carla's session
    And Alex sees Carla's screen
    When Carla stops screen sharing
    Then Alex reads that screen sharing is refused in Carla's session: "the customer stopped it"
    And for 5 seconds Alex sees nothing of Carla's screen

  Scenario: What moves on the screen is seen, and is exact once it stands still
    Given Carla's screen is busy with "scrolling"
    And Alex has screen sharing open in Carla's session
    When 3 seconds pass
    And Carla's screen stands still
    Then within 2 seconds Alex sees Carla's screen to the pixel

  Scenario: A connection that breaks and comes back brings the picture back
    Given the "form" is open on Carla's device
    And Alex has screen sharing open in Carla's session
    And Alex sees Carla's screen
    When Carla's network goes down
    And 40 seconds pass
    And Carla's network comes back
    And 60 seconds pass
    And Alex clicks "Save" on Carla's screen
    Then the button "Save" was pressed on Carla's device
    And Alex sees Carla's screen to the pixel

  Scenario: Two representatives watch one screen, each as well as the line allows
    Given Blair is signed in to the desktop console
    And Alex invites Blair to Carla's session
    And Blair accepts Carla's session
    And the "form" is open on Carla's device
    And Alex has screen sharing open in Carla's session
    And Blair has screen sharing open in Carla's session
    When Blair's link becomes hotel Wi-Fi
    And Blair clicks "Save" on Carla's screen
    Then the button "Save" was pressed on Carla's device
    And Alex sees Carla's screen to the pixel
    And Blair sees Carla's screen to the pixel
